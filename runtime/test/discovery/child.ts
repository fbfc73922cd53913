import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

export interface Child extends AsyncDisposable {
  readonly process: ChildProcessWithoutNullStreams;
  readonly pid: number;
  /** Lines on standard output so far. */
  readonly lines: readonly string[];
  /** Waits for a line that begins so. */
  line(start: string): Promise<string>;
  /** Waits for the end: the exit code, or the signal's name. */
  ended(): Promise<number | NodeJS.Signals | null>;
  kill(): Promise<void>;
}

/** Starts a program of the test's own, and ends it with the test. */
export function startChild(command: string, args: readonly string[]): Child {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  child.stderr.on('data', (text) => process.stderr.write(text));
  child.stdin.on('error', () => {});
  const lines: string[] = [];
  const reader = createInterface(child.stdout);
  reader.on('line', (line) => lines.push(line));
  const exit = once(child, 'exit').then(([code, signal]) => code ?? signal);
  const kill = async () => {
    child.kill('SIGKILL');
    await exit;
  };
  return {
    process: child,
    pid: child.pid ?? 0,
    lines,
    async line(start) {
      for (;;) {
        const found = lines.find((line) => line.startsWith(start));
        if (found !== undefined) return found;
        await Promise.race([once(reader, 'line'), exit.then((how) => Promise.reject(new Error(`ended: ${how}`)))]);
      }
    },
    ended: () => exit,
    kill,
    [Symbol.asyncDispose]: kill,
  };
}
