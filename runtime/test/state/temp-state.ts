import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { onTestFinished } from 'vitest';
import { type Database, type DatabaseOptions, openDatabase } from '../../src/state/index.js';

/** A state folder that is removed when the test ends. */
export async function tempStateUrl(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'mscli-state-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return pathToFileURL(folder).href;
}

/** A database that is closed when the test ends, before its folder is removed. */
export async function tempDatabase(options: Partial<DatabaseOptions> = {}): Promise<Database> {
  const stateUrl = options.stateUrl ?? (await tempStateUrl());
  const database = await openDatabase({ service: 'order-service', ...options, stateUrl });
  onTestFinished(() => database.close());
  return database;
}
