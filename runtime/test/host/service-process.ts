import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { onTestFinished } from 'vitest';
import { until } from '../events/a-bus.js';

const source = fileURLToPath(new URL('../../src', import.meta.url));
const modules = fileURLToPath(new URL('../../../node_modules', import.meta.url));

/** A service in a process of its own. */
export interface ServiceProcess {
  readonly process: ChildProcess;
  /** Its log, parsed. */
  readonly lines: Record<string, unknown>[];
  /** Its exit code, or the name of the signal that ended it. */
  readonly ended: Promise<number | string | null>;
  readonly url: string;
  /** Waits for a line of the log. */
  logged(msg: string): Promise<Record<string, unknown>>;
}

/** Bundles a fixture as the supervisor would, with the database's worker beside it, into a folder of its own. */
export async function buildService(fixture = 'order-service'): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'mscli-service-'));
  await symlink(modules, join(folder, 'node_modules'));
  await cp(join(source, 'state/worker'), join(folder, 'worker'), { recursive: true });
  const outfile = join(folder, 'main.mjs');
  await build({
    entryPoints: [join(import.meta.dirname, 'fixtures', `${fixture}.ts`)],
    outfile,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'silent',
  });
  return outfile;
}

/** Starts it; it is killed when the test ends. With `ipc`, it has a channel to this process. */
export function startProcess(script: string, env: Record<string, string>, { ipc = false } = {}): ServiceProcess {
  const child = spawn(process.execPath, [script], {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'inherit', ...(ipc ? (['ipc'] as const) : [])],
  });
  const lines: Record<string, unknown>[] = [];
  if (!child.stdout) throw new Error('No stdout.');
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(JSON.parse(line)));
  // A child whose IPC channel was closed from this side never emits `close`.
  const ended = Promise.all([once(child, 'exit'), once(child.stdout, 'close')]).then(
    ([[code, signal]]) => (signal ?? code) as number | string | null,
  );
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  const find = (msg: string) => lines.find((line) => String(line.msg).includes(msg));
  return {
    process: child,
    lines,
    ended,
    get url() {
      return String(lines.find(({ url }) => url !== undefined)?.url);
    },
    async logged(msg) {
      await until(() => find(msg) !== undefined, `"${msg}" is logged`);
      return find(msg) ?? {};
    },
  };
}
