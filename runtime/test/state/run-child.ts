import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { onTestFinished } from 'vitest';

const source = fileURLToPath(new URL('../../src', import.meta.url));
const modules = fileURLToPath(new URL('../../../node_modules', import.meta.url));

/** A running child and the JSON lines it has written. */
export interface Child {
  readonly process: ChildProcess;
  readonly lines: string[];
  /** Ends it as a power cut would, and resolves when it is gone. */
  kill(): Promise<void>;
}

/**
 * Lays a fixture out as the build does, file by file beside the worker's plain JavaScript, so that a child of plain Node runs
 * what an installed package runs.
 */
export async function buildChild(fixture: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'mscli-child-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await symlink(modules, join(folder, 'node_modules'));
  await cp(join(source, 'state/worker'), join(folder, 'worker'), { recursive: true });
  await build({
    entryPoints: [fixture],
    outfile: join(folder, 'child.mjs'),
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'silent',
  });
  return join(folder, 'child.mjs');
}

/** Starts a child of {@link buildChild}; it is killed when the test ends. */
export function startChild(script: string, args: readonly string[]): Child {
  const child = spawn(process.execPath, [script, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
  const gone = once(child, 'close').then(() => {});
  const kill = () => {
    child.kill('SIGKILL');
    return gone;
  };
  onTestFinished(kill);
  return { process: child, lines, kill };
}
