import { join } from 'node:path';
import { execa, type Options } from 'execa';
import { packageRoot } from '../../src/package-root.js';

/** The real binary, on a Node of choice, in a folder. */
export interface Mscli {
  /** Runs a command to its end, whatever its exit code. */
  run(...args: string[]): Promise<{ exitCode: number | undefined; stdout: string; stderr: string }>;
  /** Runs a command that must succeed, with `--json`. */
  // biome-ignore lint/suspicious/noExplicitAny: what a command prints has a shape of its own
  json(...args: string[]): Promise<any>;
  /** Starts a command that goes on. */
  start(...args: string[]): PromiseLike<{ stdout?: unknown }>;
}

export interface MscliOptions {
  cwd: string;
  /** Path of the Node binary. Default: the one that runs the tests. */
  node?: string;
  /** Path of the command line's entry. Default: the checkout's. */
  bin?: string;
  env?: Record<string, string>;
}

export function mscli({
  cwd,
  node = process.execPath,
  bin = join(packageRoot(), 'bin/mscli.js'),
  env,
}: MscliOptions): Mscli {
  const options = {
    cwd,
    env: { NO_COLOR: '1', ...env },
    stdin: 'ignore',
    reject: false,
    timeout: 150_000,
  } as const satisfies Options;
  return {
    async run(...args) {
      const { exitCode, stdout, stderr } = await execa(node, [bin, ...args], options);
      return { exitCode, stdout, stderr };
    },
    async json(...args) {
      const { exitCode, stdout, stderr } = await execa(node, [bin, ...args, '--json'], options);
      if (exitCode !== 0) throw new Error(`mscli ${args.join(' ')} exited with ${exitCode}: ${stderr}`);
      return JSON.parse(stdout);
    },
    start: (...args) => execa(node, [bin, ...args], options),
  };
}
