import { existsSync } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log } from '../log.js';
import { VirtualHost } from '../virtual-host.js';
import { DiskJournal } from './disk-journal.js';
import { type Journal, NO_JOURNAL } from './journal.js';
import { lockFolder, type OwnerLock } from './owner-lock.js';
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

/** Everything in memory. */
export function memoryStore(): Store {
  return { host: new VirtualHost(NO_JOURNAL), journal: NO_JOURNAL, async close() {} };
}

/** Takes the data folder, restores what its journal holds, and goes on writing to it. */
export async function openStore(folder: string, log: Log): Promise<Store> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const lock = await lockFolder(folder);
  try {
    return await restored(folder, lock, log);
  } catch (error) {
    await lock.release();
    throw error;
  }
}

async function restored(folder: string, lock: OwnerLock, log: Log): Promise<Store> {
  const path = join(folder, 'journal');
  await rm(`${path}.new`, { force: true });
  if (!existsSync(path)) await begin(path);
  const { state, goodBytes, tornBytes } = replay(path);
  const file = await open(path, 'r+');
  if (tornBytes > 0) {
    log({ level: 'warn', message: 'dropped an unfinished write at the end of the journal', bytes: tornBytes });
    await file.truncate(goodBytes);
  }
  let live = 0;
  for (const queue of state.queues.values()) for (const entry of queue.entries.values()) live += entry.storedBytes;
  const journal = new DiskJournal({ path, file, size: goodBytes, live, log, snapshot: () => snapshot(host) });
  const host: VirtualHost = new VirtualHost(journal);
  restore(host, state);
  const close = async () => {
    await journal.close();
    await lock.release();
  };
  return { host, journal, close };
}

/** A journal appears with its first bytes or not at all. */
async function begin(path: string): Promise<void> {
  const file = await open(`${path}.new`, 'w', 0o600);
  await file.write(MAGIC);
  await file.datasync();
  await file.close();
  await rename(`${path}.new`, path);
}
