import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { LogLine } from '../../src/log.js';
import { JournalPages } from '../../src/store/journal-pages.js';
import { LogWriter } from '../../src/store/log-writer.js';
import { Pager } from '../../src/store/pager.js';
import { Spill } from '../../src/store/spill.js';
import { failingFiles } from '../support/failing-files.js';
import { temporaryFolder } from '../support/temporary-folder.js';

async function writerIn(folder: string) {
  const files = failingFiles();
  const log: LogLine[] = [];
  const path = join(folder, 'journal');
  let snapshots = 0;
  const writer = new LogWriter({
    path,
    file: await files.open(path, 'w+'),
    files,
    size: 0,
    log: (line) => log.push(line),
    pages: new JournalPages(),
    pager: new Pager({ residentBytes: 1, memoryBytes: 1, spill: new Spill(tmpdir()) }),
    live: () => 0,
    compactFromBytes: 1_000,
    snapshot() {
      snapshots += 1;
      return { chunks: [Buffer.from('snapshot')], moved() {} };
    },
  });
  /** Writes one octet and tells whether it is safe. */
  const write = (octet: string) => {
    const batch = writer.append();
    batch.records.raw(Buffer.from(octet));
    return new Promise<boolean>((resolve) => batch.wait(resolve));
  };
  return { writer, write, files, log, content: () => readFile(path, 'utf8'), snapshots: () => snapshots };
}

test('what a full disk did not take is written in its place once there is room', async () => {
  await using folder = await temporaryFolder();
  const { writer, write, files, log, content, snapshots } = await writerIn(folder.path);
  expect(await write('1')).toBe(true);
  files.full = true;
  expect(await write('2')).toBe(false);
  expect(writer.failing).toBe(true);
  expect(await write('3')).toBe(false);
  files.full = false;
  expect(await write('4')).toBe(true);
  expect(writer.failing).toBe(false);
  expect(await content()).toBe('1234');
  await writer.close();
  expect(snapshots()).toBe(0);
  expect(log.map((line) => line.level)).toEqual(['error', 'info']);
});

test('after a failed sync the file is not trusted: all is written anew', async () => {
  await using folder = await temporaryFolder();
  const { writer, write, files, content, snapshots } = await writerIn(folder.path);
  expect(await write('1')).toBe(true);
  files.unsynced = true;
  expect(await write('2')).toBe(false);
  expect(await write('3')).toBe(false);
  files.unsynced = false;
  expect(await write('4')).toBe(true);
  expect(await content()).toBe('snapshot');
  expect(await write('5')).toBe(true);
  expect(await content()).toBe('snapshot5');
  expect(snapshots()).toBe(2);
  await writer.close();
});

test('a writer that nobody writes to recovers all the same', async () => {
  await using folder = await temporaryFolder();
  const { writer, write, files, content } = await writerIn(folder.path);
  files.full = true;
  expect(await write('1')).toBe(false);
  files.full = false;
  await expect.poll(() => writer.failing).toBe(false);
  await writer.close();
  expect(await content()).toBe('1');
});

test('while the folder of a new journal cannot be synced nothing is confirmed: the old one might come back', async () => {
  await using folder = await temporaryFolder();
  const { writer, write, files, content, log } = await writerIn(folder.path);
  files.foldersUnsynced = true;
  expect(await write('.'.repeat(1_001))).toBe(true);
  // The next write has the journal compacted.
  await write('1');
  await expect.poll(() => writer.failing).toBe(true);
  expect(await write('2')).toBe(false);
  expect(await write('3')).toBe(false);
  files.foldersUnsynced = false;
  expect(await write('4')).toBe(true);
  expect(await write('5')).toBe(true);
  expect(await content()).toBe('snapshot5');
  expect(log.map(({ level }) => level)).toContain('error');
  await writer.close();
});
