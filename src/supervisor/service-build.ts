import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { BuildContext, BuildFailure, BuildResult, Message } from 'esbuild';
import { inlineWorkspacePackages } from '../bundling/inline-workspace-packages.js';
import { failure } from '../errors.js';
import type { BuildRecord } from './process-record.js';

export interface Built {
  /** False when the new bundle is byte for byte the one that already runs. */
  changed: boolean;
  durationMs: number;
}

/** Bundles one service, again and again; keeps esbuild's incremental state between the builds. */
export class ServiceBuild implements AsyncDisposable {
  readonly service: string;
  readonly #record: BuildRecord;
  #context: Promise<BuildContext> | undefined;
  #inputs: ReadonlySet<string> = new Set();

  constructor(record: BuildRecord) {
    this.service = record.service;
    this.#record = record;
  }

  /** Whether the file went into the last build. */
  uses(file: string): boolean {
    return this.#inputs.has(file);
  }

  /** Fails with `BUILD_FAILED`, and then leaves the last good bundle where it is. */
  async run(now: () => number = performance.now.bind(performance)): Promise<Built> {
    const begun = now();
    this.#context ??= createContext(this.#record);
    const context = await this.#context;
    const result = await context.rebuild().catch((error: unknown) => {
      throw buildFailed(this.#record, error);
    });
    const inputs = Object.keys(result.metafile?.inputs ?? {});
    this.#inputs = new Set(inputs.map((input) => resolve(this.#record.root, input)));
    const changed = await writeOutputs(result);
    return { changed, durationMs: now() - begun };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const context = await this.#context?.catch(() => undefined);
    await context?.dispose();
  }
}

async function createContext({ entry, outfile, root }: BuildRecord): Promise<BuildContext> {
  const { context } = await import('esbuild');
  return context({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    sourcemap: true,
    metafile: true,
    write: false,
    logLevel: 'silent',
    plugins: [inlineWorkspacePackages],
  });
}

async function writeOutputs(result: BuildResult): Promise<boolean> {
  let changed = false;
  for (const { path, contents } of result.outputFiles ?? []) {
    const before = await readFile(path).catch(() => undefined);
    if (before?.equals(contents)) continue;
    changed = true;
    await mkdir(dirname(path), { recursive: true });
    await writeFile(`${path}.new`, contents);
    await rename(`${path}.new`, path);
  }
  return changed;
}

function buildFailed({ service, root }: BuildRecord, error: unknown): Error {
  const errors = (error as Partial<BuildFailure>).errors ?? [];
  const text = errors.length > 0 ? errors.map(describeMessage).join('\n') : String(error);
  const missing = existsSync(join(root, 'node_modules'))
    ? ''
    : `\n  No packages are installed: run \`npm install\` in ${root}.`;
  return failure('BUILD_FAILED', `${service} does not build:\n${text}${missing}`, {
    hint: 'The last good build keeps running; the next change of a file builds again.',
    cause: error,
  });
}

/** `services/x/src/main.ts:3:7: message`, with the offending line below. */
function describeMessage({ text, location }: Message): string {
  if (!location) return `  ${text}`;
  const { file, line, column, lineText } = location;
  const source = lineText.trim();
  return `  ${file}:${line}:${column + 1}: ${text}${source === '' ? '' : `\n    ${source}`}`;
}
