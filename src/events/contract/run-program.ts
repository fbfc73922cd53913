import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';

/** What a contract says to the data of an event. */
export type Checked =
  | { kind: 'valid'; data: unknown }
  | { kind: 'broken'; issues: { path: PropertyKey[]; message: string }[] }
  | { kind: 'unknown'; reason: string };

const timeoutMs = 10_000;

/** Runs it in a process of its own: what a user's module does while it is loaded must not reach this one. */
export async function runProgram(
  program: string,
  { cwd, signal }: { cwd: string; signal: AbortSignal },
): Promise<Checked> {
  const late = AbortSignal.timeout(timeoutMs);
  const child = spawn(process.execPath, ['--input-type=module', '-'], {
    cwd,
    stdio: ['pipe', 'ignore', 'pipe', 'pipe'],
    signal: AbortSignal.any([signal, late]),
    killSignal: 'SIGKILL',
  });
  // A program that ends before it has read all of itself says why on stderr.
  child.stdin?.on('error', () => {}).end(program);
  try {
    const read = [child.stdio[3], child.stderr].map((stream) => text(stream as Readable));
    const [[said = '', complaints = '']] = await Promise.all([Promise.all(read), once(child, 'close')]);
    return said === '' ? { kind: 'unknown', reason: faultIn(complaints) } : (JSON.parse(said) as Checked);
  } catch (error) {
    if (!late.aborted) throw error;
    return { kind: 'unknown', reason: `contracts/index.ts has not loaded within ${timeoutMs / 1000} s.` };
  }
}

function faultIn(complaints: string): string {
  const fault = complaints.split('\n').find((line) => /^\w*Error\b/.test(line));
  return fault ?? 'contracts/index.ts ends the process that loads it.';
}
