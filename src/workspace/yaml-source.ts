import { type Document, LineCounter, parseDocument } from 'yaml';
import { type Fault, FaultyFileError } from './fault.js';
import type { Finding } from './issue.js';
import { positionOf } from './position.js';
import { mistakeOf } from './yaml-mistake.js';

/** A parsed YAML file that knows where each of its values stands. */
export interface YamlSource {
  document: Document;
  /** Faults of the YAML itself that leave its content readable, such as a key that stands there twice. */
  faults: Fault[];
  faultAt(offset: number, path: string, message: string): Fault;
  locate(finding: Finding): Fault;
  /** The content as plain values. */
  toPlain(): unknown;
  fail(faults: readonly Fault[]): FaultyFileError;
}

/** Parses YAML; throws with the first mistake when it cannot be read at all. */
export function readYaml(text: string, file: string, code: 'INVALID_CONFIG' | 'INVALID_TEMPLATE'): YamlSource {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, stringKeys: true });
  const fail = (faults: readonly Fault[]) => new FaultyFileError(code, file, faults);
  const faultAt = (offset: number, path: string, message: string): Fault => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1), path, message };
  };

  const broken = document.errors.find((error) => error.code !== 'DUPLICATE_KEY');
  if (broken !== undefined) {
    const { offset, message } = mistakeOf(broken, document, text);
    throw fail([faultAt(offset, '', message)]);
  }
  const faults = document.errors.map(({ pos: [at] }) => faultAt(at, '', `${keyAt(text, at)} stands there twice`));
  return {
    document,
    faults,
    faultAt,
    fail,
    locate: ({ path, key, message }) =>
      faultAt(positionOf(document, path, key), path.concat(key ?? []).join('.'), message),
    toPlain() {
      try {
        return document.toJS();
      } catch (cause) {
        // Aliases that multiply without end are found only here.
        throw fail([faultAt(0, '', lowerFirst(cause instanceof Error ? cause.message : String(cause)))]);
      }
    },
  };
}

function keyAt(text: string, offset: number): string {
  return JSON.stringify(/[^:\n]*/.exec(text.slice(offset))?.[0] ?? '');
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
