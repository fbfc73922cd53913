import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { lockFolder } from '../../src/store/owner-lock.js';
import { temporaryFolder } from '../support/temporary-folder.js';

test('a second owner is told who the first one is', async () => {
  await using folder = await temporaryFolder();
  const lock = await lockFolder(folder.path);
  await expect(lockFolder(folder.path)).rejects.toMatchObject({
    code: 'BROKER_DATA_IN_USE',
    message: expect.stringContaining(String(process.pid)),
  });
  await lock.release();
  const next = await lockFolder(folder.path);
  await next.release();
  expect(await readdir(folder.path)).toEqual([]);
});

test("a dead owner's lock is taken over", async () => {
  await using folder = await temporaryFolder();
  const child = spawn(process.execPath, ['-e', '']);
  await once(child, 'exit');
  await writeFile(join(folder.path, 'lock'), JSON.stringify({ pid: child.pid }));
  const lock = await lockFolder(folder.path);
  await lock.release();
  expect(await readdir(folder.path)).toEqual([]);
});

test("another process with a dead owner's pid is not the owner", async () => {
  await using folder = await temporaryFolder();
  await writeFile(
    join(folder.path, 'lock'),
    JSON.stringify({ pid: process.pid, startedAt: 'before the machine was switched on' }),
  );
  const lock = await lockFolder(folder.path);
  await lock.release();
});

test('an unreadable lock is nobody’s', async () => {
  await using folder = await temporaryFolder();
  await writeFile(join(folder.path, 'lock'), '{"pid":');
  const lock = await lockFolder(folder.path);
  await lock.release();
});

test('of many that start at once one becomes the owner', async () => {
  await using folder = await temporaryFolder();
  const attempts = await Promise.allSettled(Array.from({ length: 8 }, () => lockFolder(folder.path)));
  expect(attempts.filter((attempt) => attempt.status === 'fulfilled')).toHaveLength(1);
});
