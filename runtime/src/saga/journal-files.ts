import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { DatabaseSyncInstance } from '@photostructure/sqlite';
import { MscliError } from '../errors.js';
import { databaseFolder } from '../state/database-path.js';

/** A file that could not be read. */
export interface UnreadableFile {
  readonly path: string;
  readonly error: MscliError;
}

/** What was read from one file. */
export interface FileReading<Result> {
  readonly service: string;
  readonly result: Result;
}

/** Long enough for a service that recovers its file after a crash. */
const BUSY_MS = 2000;

/**
 * Reads the journal of every service straight from its database file, whether or not the service is running (SQLite's WAL
 * lets a reader beside a writer). Services without a journal are left out; a file that cannot be read hides no other.
 */
export async function readJournals<Result>(
  stateUrl: string,
  read: (db: DatabaseSyncInstance) => Result,
): Promise<{ readings: FileReading<Result>[]; unreadable: UnreadableFile[] }> {
  const folder = databaseFolder(stateUrl);
  const readings: FileReading<Result>[] = [];
  const unreadable: UnreadableFile[] = [];
  const files = await databaseFiles(folder);
  if (files.length === 0) return { readings, unreadable };
  // Loaded here, because a command that never reads state should not pay for it.
  const { DatabaseSync } = await import('@photostructure/sqlite');
  for (const file of files) {
    const path = join(folder, file);
    try {
      using db = new DatabaseSync(path, { readOnly: true, timeout: BUSY_MS });
      if (hasJournal(db)) readings.push({ service: basename(file, '.db'), result: read(db) });
    } catch (cause) {
      unreadable.push({ path, error: unreadableError(path, cause) });
    }
  }
  return { readings, unreadable };
}

async function databaseFiles(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).filter((file) => file.endsWith('.db')).sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw unreadableError(folder, error);
  }
}

function hasJournal(db: DatabaseSyncInstance): boolean {
  const tables = db.prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name = 'mscli_saga_attempt'");
  return tables.get() !== undefined;
}

function unreadableError(path: string, cause: unknown): MscliError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new MscliError('STATE_UNREADABLE', `${path} cannot be read: ${reason.replace(/\.$/, '')}.`, {
    hint: 'Look at its permissions; if it is damaged, move it aside.',
    cause,
  });
}
