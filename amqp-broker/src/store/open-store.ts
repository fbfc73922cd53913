import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Log } from '../log.js';
import { VirtualHost } from '../virtual-host.js';
import { DiskJournal } from './disk-journal.js';
import type { Files } from './files.js';
import { makeFolder, syncFolder } from './folders.js';
import { type Journal, noJournal } from './journal.js';
import { JournalPages } from './journal-pages.js';
import { lockFolder, type OwnerLock } from './owner-lock.js';
import type { Pager } from './pager.js';
import { MAGIC } from './record.js';
import { replay } from './replay.js';
import { restore } from './restore.js';
import { snapshot } from './snapshot.js';

/** What the broker routes with, and the journal behind it. */
export interface Store {
  readonly host: VirtualHost;
  readonly journal: Journal;
  close(): Promise<void>;
}

export interface StoreOptions {
  /** The virtual host's. */
  name?: string;
  pager: Pager;
  log: Log;
}

/** Everything in memory, and beyond a limit in files that end with the process. */
export function memoryStore({ name, pager, log }: StoreOptions): Store {
  const journal = noJournal(pager, log);
  return { host: new VirtualHost(journal, name), journal, async close() {} };
}

export interface DiskStoreOptions extends StoreOptions {
  files: Files;
  /** Bytes from which a journal is worth rewriting; by default 8 MiB. */
  compactFromBytes?: number;
}

/** Takes the data folder, restores what its journal holds, and goes on writing to it. */
export async function openStore(folder: string, options: DiskStoreOptions): Promise<Store> {
  await makeFolder(options.files, folder);
  const lock = await lockFolder(folder);
  try {
    return await restored(folder, lock, options);
  } catch (error) {
    await lock.release();
    throw error;
  }
}

async function restored(
  folder: string,
  lock: OwnerLock,
  { name, pager, log, files, compactFromBytes }: DiskStoreOptions,
): Promise<Store> {
  const path = join(folder, 'journal');
  await files.remove(`${path}.new`);
  if (!existsSync(path)) await begin(path, files);
  // Also for one that was there: its process may have ended before it could sync the folder.
  await syncFolder(files, folder);
  const pages = new JournalPages();
  const { state, goodBytes, tornBytes } = replay(path, pages);
  const file = await files.open(path, 'r+');
  if (tornBytes > 0) {
    log({ level: 'warn', message: 'dropped an unfinished write at the end of the journal', bytes: tornBytes });
    await file.truncate(goodBytes);
    // Before anything is written in its place: else what was dropped could come back behind it.
    await file.sync();
  }
  const backlogs = [...state.queues.values()].map((stored) => ({ stored, backlog: state.backlogOf(stored) }));
  const journal = new DiskJournal({
    path,
    file,
    files,
    size: goodBytes,
    live: backlogs.reduce((sum, { backlog }) => sum + backlog.storedBytes, 0),
    log,
    pages,
    pager,
    snapshot: () => snapshot(host, pages),
    ...(compactFromBytes === undefined ? {} : { compactFromBytes }),
  });
  const host: VirtualHost = new VirtualHost(journal, name);
  restore(host, state, backlogs);
  const close = async () => {
    await journal.close();
    await lock.release();
  };
  return { host, journal, close };
}

/** A journal appears with its first bytes or not at all. */
async function begin(path: string, files: Files): Promise<void> {
  const file = await files.open(`${path}.new`, 'w', 0o600);
  await file.write(MAGIC);
  await file.datasync();
  await file.close();
  await files.rename(`${path}.new`, path);
}
