import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { isAlive, processStartTime } from '@mscli/runtime/discovery';
import { describe, expect, test, vi } from 'vitest';
import { startChild } from './child.js';

const onLinux = process.platform === 'linux';

describe('isAlive', () => {
  test('knows this process, and that it is not an earlier one with its pid', () => {
    expect(isAlive(process.pid)).toBe(true);
    expect(isAlive(process.pid, processStartTime(process.pid))).toBe(true);
    expect(isAlive(process.pid, '1')).toBe(!onLinux);
  });

  test('knows a process that has ended', async () => {
    const child = startChild(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    const start = processStartTime(child.pid);
    expect(isAlive(child.pid, start)).toBe(true);
    await child.kill();
    expect(isAlive(child.pid, start)).toBe(false);
    expect(processStartTime(child.pid)).toBeUndefined();
  });

  test.runIf(onLinux)('takes a zombie for ended', async () => {
    // The shell starts a child and becomes a program that never reaps it.
    const parent = spawn('sh', ['-c', 'sleep 0.3 & echo $!; exec sleep 60'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      const [printed] = await once(parent.stdout, 'data');
      const zombie = Number(printed);
      await vi.waitFor(() => expect(readFileSync(`/proc/${zombie}/stat`, 'utf8')).toContain(') Z '), {
        timeout: 10_000,
      });
      expect(isAlive(zombie)).toBe(false);
    } finally {
      parent.kill('SIGKILL');
      await once(parent, 'exit');
    }
  });

  test.each([0, -1, 1.5, Number.NaN, 2 ** 30])('takes %d for no process', (pid) => {
    expect(isAlive(pid)).toBe(false);
  });

  test.runIf(onLinux)('knows a process of another user', () => {
    expect(isAlive(1)).toBe(true);
  });

  test.runIf(onLinux)('reads the start time of a program with spaces and parentheses in its name', async () => {
    const child = startChild(process.execPath, [
      '-e',
      'process.title = "a) R 1 (b"; console.log("titled"); setInterval(() => {}, 1000)',
    ]);
    await child.line('titled');
    expect(processStartTime(child.pid)).toMatch(/^\d+$/);
    expect(isAlive(child.pid, processStartTime(child.pid))).toBe(true);
    await child.kill();
  });
});
