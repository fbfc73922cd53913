import { appendFile, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { appendHistory, type HistoryEntry, historyPath, readHistory } from '@mscli/runtime/breaker';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../discovery/temporary-folder.js';

const entry = (second: number, breaker = 'a->b'): HistoryEntry => ({
  kind: 'command',
  at: new Date(second * 1000).toISOString(),
  breaker,
  command: 'trip',
  author: 'ann',
});

test('is read in the order of the times, whoever wrote first', async () => {
  await using folder = await temporaryFolder();
  const path = historyPath(join(folder.path, 'discovery.json'));
  expect(await readHistory(path)).toEqual({ entries: [], unreadable: 0 });
  await appendHistory(path, [entry(3), entry(1)]);
  await appendHistory(path, [entry(2)]);
  const { entries } = await readHistory(path);
  expect(entries).toEqual([entry(1), entry(2), entry(3)]);
});

test('leaves out what makes no sense, and counts it', async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, 'history');
  await writeFile(path, 'garbage\n{"kind":"command"}\n[]\n\n');
  await appendHistory(path, [entry(1)]);
  await appendFile(path, '{"kind":"command","at":"202');
  expect(await readHistory(path)).toEqual({ entries: [entry(1)], unreadable: 4 });
});

test('stays bounded, with many writers at once, and keeps the latest', async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, 'history');
  const limit = 2000;
  const write = async (writer: number) => {
    for (let n = 0; n < 50; n += 1) await appendHistory(path, [entry(n, `a->w${writer}`)], limit);
  };
  await Promise.all([1, 2, 3, 4].map(write));
  const line = `${JSON.stringify(entry(1, 'a->w1'))}\n`.length;
  // Each of the writers may add a line before the first has moved the file away.
  for (const file of [path, `${path}.1`]) {
    const size = await stat(file).then(
      ({ size }) => size,
      () => 0,
    );
    expect(size).toBeLessThan(limit + 4 * line);
  }
  const { entries, unreadable } = await readHistory(path);
  expect(unreadable).toBe(0);
  expect(entries.at(-1)?.at).toBe(entry(49).at);
  expect((await readFile(`${path}.1`, 'utf8')).split('\n').length).toBeGreaterThan(limit / line);
});
