import { type Document, isPair, isScalar, isSeq, LineCounter, parseDocument, visit } from 'yaml';
import type * as z from 'zod';
import { type Config, completeConfig } from './config.js';
import { configSchema } from './config-schema.js';
import { crossChecks } from './cross-checks.js';
import { type Fault, FaultyFileError } from './fault.js';
import { describeIssue } from './issue.js';
import { positionOf } from './position.js';
import { expandVariables } from './variables.js';

export interface ParseConfigOptions {
  /** Path of the file, for messages. */
  file: string;
  env: Readonly<Record<string, string | undefined>>;
  /** Whether a folder, relative to the workspace root, is there. */
  folderExists: (path: string) => boolean;
}

/** Validates the text of `mscli.yaml`; throws one `INVALID_CONFIG` with every fault. */
export function parseConfig(text: string, options: ParseConfigOptions): Config {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, stringKeys: true });
  const faults = document.errors.map(({ pos, message }) => faultAt(lines, pos[0], '', sentence(message)));
  if (document.errors.some(({ code }) => code !== 'DUPLICATE_KEY')) {
    throw new FaultyFileError('INVALID_CONFIG', options.file, faults);
  }

  const unset = expandScalars(document, lines, options.env);
  faults.push(...unset);
  const raw = toPlain(document, options.file);
  const result = configSchema.safeParse(raw);
  const found = [
    ...(result.error?.issues ?? []).flatMap((issue) => describeIssue(issue as z.core.$ZodIssue, configSchema, raw)),
    ...crossChecks(raw, options.folderExists),
  ];
  for (const { path, key, message } of found) {
    const place = path.concat(key ?? []).join('.');
    // Where a variable is unset, that is the fault, not what its name would be as a value.
    if (unset.some((fault) => fault.path === place)) continue;
    faults.push(faultAt(lines, positionOf(document, path, key), place, message));
  }
  if (faults.length > 0 || !result.success) throw new FaultyFileError('INVALID_CONFIG', options.file, faults);
  return completeConfig(result.data);
}

/** Expands variables in place. A scalar that was expanded to a number or a boolean becomes one, as if it had been written so. */
function expandScalars(document: Document, lines: LineCounter, env: ParseConfigOptions['env']): Fault[] {
  const faults: Fault[] = [];
  visit(document, {
    Scalar(key, node, ancestors) {
      if (key === 'key') return;
      // Environment variables are text: `1.10` must not become 1.1.
      const path = pathOf([...ancestors, node]);
      if (typeof node.value === 'number' && path[0] === 'services' && path[2] === 'env') node.value = node.source;
      if (typeof node.value !== 'string' || !node.value.includes('${')) return;
      const { text, problems } = expandVariables(node.value, env);
      for (const problem of problems) faults.push(faultAt(lines, node.range?.[0] ?? 0, path.join('.'), problem));
      node.value = problems.length > 0 ? node.value : typed(text);
    },
  });
  return faults;
}

function typed(text: string): string | number | boolean {
  if (text === 'true' || text === 'false') return text === 'true';
  return text !== '' && String(Number(text)) === text ? Number(text) : text;
}

function pathOf(nodes: readonly unknown[]): (string | number)[] {
  return nodes.flatMap<string | number>((node, depth) => {
    if (isPair(node) && isScalar(node.key)) return [String(node.key.value)];
    return isSeq(node) ? [node.items.indexOf(nodes[depth + 1])] : [];
  });
}

function toPlain(document: Document, file: string): unknown {
  try {
    return document.toJS();
  } catch (cause) {
    throw new FaultyFileError('INVALID_CONFIG', file, [
      { line: 1, column: 1, path: '', message: sentence(cause instanceof Error ? cause.message : String(cause)) },
    ]);
  }
}

function faultAt(lines: LineCounter, offset: number, path: string, message: string): Fault {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(line, 1), column: Math.max(col, 1), path, message };
}

function sentence(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
