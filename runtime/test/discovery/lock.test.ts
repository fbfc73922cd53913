import { getEventListeners } from 'node:events';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { withLock } from '../../src/discovery/lock.js';
import { bundleFixture } from './bundle-fixture.js';
import { type Child, startChild } from './child.js';
import { temporaryFolder } from './temporary-folder.js';

const nothing = async () => {};

describe('withLock', () => {
  test('leaves no file behind, whether the work succeeds or fails', async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, 'x.lock');
    expect(await withLock(path, { timeoutMs: 1000 }, async () => 'done')).toBe('done');
    const failing = withLock(path, { timeoutMs: 1000 }, async () => Promise.reject(new Error('no')));
    await expect(failing).rejects.toThrow('no');
    expect(await readdir(folder.path)).toEqual([]);
  });

  test('lets one in at a time, also within one process', async () => {
    await using folder = await temporaryFolder();
    let inside = 0;
    let most = 0;
    const work = async () => {
      inside += 1;
      most = Math.max(most, inside);
      await new Promise((resolve) => setTimeout(resolve, 2));
      inside -= 1;
    };
    const path = join(folder.path, 'x.lock');
    await Promise.all(Array.from({ length: 10 }, () => withLock(path, { timeoutMs: 10_000 }, work)));
    expect(most).toBe(1);
  });

  test('gives up at its deadline and names the holder and the file', async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, 'x.lock');
    await using holder = startChild(process.execPath, [await bundleFixture('hold-lock', folder.path), path]);
    await holder.line('held');
    const waiting = withLock(path, { timeoutMs: 100 }, nothing);
    await expect(waiting).rejects.toMatchObject({
      code: 'TIMEOUT',
      message: expect.stringMatching(new RegExp(`${path}.*process ${holder.pid}\\b`)),
    });
    expect(JSON.parse(await readFile(path, 'utf8')).pid).toBe(holder.pid);
  });

  test('ends its wait at the signal, without leaving a listener', async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, 'x.lock');
    const controller = new AbortController();
    const [entered, leave] = [signalled(), signalled()];
    const held = withLock(path, { timeoutMs: 1000 }, async () => {
      entered.tell();
      await leave.told;
    });
    await entered.told;
    const reason = new Error('enough');
    const waiting = withLock(path, { timeoutMs: 10_000, signal: controller.signal }, nothing);
    setTimeout(() => controller.abort(reason), 50);
    await expect(waiting).rejects.toBe(reason);
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
    leave.tell();
    await held;
  });

  test('takes over from a holder that was killed', async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, 'x.lock');
    await using holder = startChild(process.execPath, [await bundleFixture('hold-lock', folder.path), path]);
    await holder.line('held');
    await holder.kill();
    expect(await withLock(path, { timeoutMs: 5000 }, async () => 'mine')).toBe('mine');
    expect(await readdir(folder.path)).toEqual(['hold-lock.mjs']);
  });

  test('takes over from a process whose pid belongs to another one now', async (context) => {
    if (process.platform !== 'linux') context.skip('only Linux tells when a process was started');
    await using folder = await temporaryFolder();
    const path = join(folder.path, 'x.lock');
    await writeFile(path, JSON.stringify({ pid: process.pid, start: '1', token: 'reused' }));
    expect(await withLock(path, { timeoutMs: 5000 }, async () => 'mine')).toBe('mine');
  });

  test('takes over from one that was killed while it took over, and from that one’s guard', async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, 'x.lock');
    const gone = { pid: 2 ** 30, start: '1' };
    await writeFile(path, JSON.stringify({ ...gone, token: 'first' }));
    await writeFile(`${path}.first`, JSON.stringify({ ...gone, token: 'second' }));
    await writeFile(`${path}.second`, JSON.stringify({ ...gone, token: 'third' }));
    await writeFile(`${path}.first.tmp`, 'half a fi');
    await writeFile(`${path}.fourth.new`, JSON.stringify({ ...gone, token: 'fourth' }));
    expect(await withLock(path, { timeoutMs: 5000 }, async () => 'mine')).toBe('mine');
    expect(await readdir(folder.path)).toEqual([]);
  });

  test('an empty lock file, as a power failure may leave one, is nobody’s', async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, 'x.lock');
    await writeFile(path, '');
    expect(await withLock(path, { timeoutMs: 5000 }, async () => 'mine')).toBe('mine');
  });

  test('lets one of many take over, each time', async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, 'x.lock');
    let inside = 0;
    let most = 0;
    const work = async () => {
      inside += 1;
      most = Math.max(most, inside);
      await new Promise((resolve) => setTimeout(resolve, 1));
      inside -= 1;
    };
    for (let round = 0; round < 10; round += 1) {
      await writeFile(path, JSON.stringify({ pid: 2 ** 30, start: '1', token: `dead-${round}` }));
      await Promise.all(Array.from({ length: 5 }, () => withLock(path, { timeoutMs: 10_000 }, work)));
    }
    expect(most).toBe(1);
    expect(await readdir(folder.path)).toEqual([]);
  });

  test('never lets two in while holders are killed one after the other', { timeout: 60_000 }, async () => {
    await using folder = await temporaryFolder();
    const program = await bundleFixture('contend', folder.path);
    const args = [program, join(folder.path, 'x.lock'), join(folder.path, 'inside')];
    const workers: Child[] = Array.from({ length: 4 }, () => startChild(process.execPath, args));
    const all = [...workers];
    try {
      for (let kills = 0; kills < 12; kills += 1) {
        // Each worker says so while it is inside: the one that comes in now dies there.
        const seen = workers.map(({ lines }) => lines.length);
        const inside = await Promise.race(workers.map((worker, index) => nextLine(worker, seen[index] ?? 0)));
        await inside.kill();
        const next = startChild(process.execPath, args);
        workers[workers.indexOf(inside)] = next;
        all.push(next);
      }
      await Promise.race(workers.map((worker) => nextLine(worker, worker.lines.length)));
    } finally {
      await Promise.all(all.map((worker) => worker.kill()));
    }
    expect(all.flatMap(({ lines }) => lines.filter((line) => line.startsWith('violation')))).toEqual([]);
  });
});

function signalled(): { told: Promise<void>; tell: () => void } {
  let tell = () => {};
  const told = new Promise<void>((resolve) => {
    tell = resolve;
  });
  return { told, tell };
}

async function nextLine(worker: Child, seen: number): Promise<Child> {
  while (worker.lines.length <= seen) await new Promise((resolve) => setTimeout(resolve, 1));
  return worker;
}
