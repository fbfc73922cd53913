import { execFile, type SpawnOptionsWithStdioTuple, type StdioPipe, spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('../../', import.meta.url));
const bin = `${root}bin/mscli.js`;
let built: Promise<unknown> | undefined;

export interface MscliOptions {
  cwd: string;
  /** Added to the environment; NO_COLOR and the like are taken out of what is inherited. */
  env?: Record<string, string>;
  input?: string;
}

interface StartOptions extends MscliOptions {
  /** A file descriptor for its stdout in place of a pipe. */
  stdout?: number;
}

export interface MscliResult {
  stdout: string;
  stderr: string;
  exitCode: number;
}

/** Runs the real, built binary to its end. */
export async function runMscli(args: readonly string[], options: MscliOptions): Promise<MscliResult> {
  const child = await startMscli(args, options);
  child.stdin.end(options.input ?? '');
  const [stdout, stderr, [exitCode]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  return { stdout, stderr, exitCode };
}

/** Starts the real, built binary; the caller ends it. */
export async function startMscli(args: readonly string[], { cwd, env = {}, stdout }: StartOptions) {
  // `npm test` has built and would have stopped; a single test file may run beside sources that don't build just now.
  built ??= promisify(execFile)(process.execPath, [`${root}scripts/build.js`]).catch(() => {});
  await built;
  const { NO_COLOR: _, FORCE_COLOR: __, MSCLI_DEBUG: ___, ...inherited } = process.env;
  const options = { cwd, env: { ...inherited, ...env }, stdio: ['pipe', stdout ?? 'pipe', 'pipe'] } as const;
  return spawn(
    process.execPath,
    [bin, ...args],
    options as SpawnOptionsWithStdioTuple<StdioPipe, StdioPipe, StdioPipe>,
  );
}
