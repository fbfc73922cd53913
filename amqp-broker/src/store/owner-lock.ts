import { readFileSync } from 'node:fs';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BrokerError } from '../errors.js';

interface Owner {
  pid: number;
  /** When the process started, where the system tells: a reused pid is another process. */
  startedAt: string | undefined;
}

/** A data folder that this process owns. */
export interface OwnerLock {
  release(): Promise<void>;
}

/**
 * Makes this process the owner of a data folder. A living owner is named in BROKER_DATA_IN_USE; a dead one's lock is taken over.
 */
export async function lockFolder(folder: string): Promise<OwnerLock> {
  const path = join(folder, 'lock');
  const mine = `${path}.${process.pid}.${Date.now().toString(36)}.${Math.random().toString(36).slice(2)}`;
  await writeFile(mine, JSON.stringify({ pid: process.pid, startedAt: startTime(process.pid) } satisfies Owner));
  try {
    // A hard link appears whole or not at all, and only if there is none: no reader meets an empty lock.
    while (!(await linked(mine, path))) await removeDead(folder, path);
  } finally {
    await rm(mine, { force: true });
  }
  return { release: () => rm(path, { force: true }) };
}

async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function removeDead(folder: string, path: string): Promise<void> {
  const owner = await readOwner(path);
  if (owner !== undefined && alive(owner)) throw inUse(folder, owner);
  // Moved aside and looked at again: another process may have taken the lock over in the meantime.
  const aside = `${path}.dead.${process.pid}`;
  try {
    await rename(path, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  const moved = await readOwner(aside);
  if (moved !== undefined && alive(moved)) {
    await linked(aside, path);
    await rm(aside, { force: true });
    throw inUse(folder, moved);
  }
  await rm(aside, { force: true });
}

async function readOwner(path: string): Promise<Owner | undefined> {
  try {
    const owner: unknown = JSON.parse(await readFile(path, 'utf8'));
    if (typeof owner !== 'object' || owner === null || !('pid' in owner) || typeof owner.pid !== 'number')
      return undefined;
    const startedAt = 'startedAt' in owner && typeof owner.startedAt === 'string' ? owner.startedAt : undefined;
    return { pid: owner.pid, startedAt };
  } catch {
    return undefined;
  }
}

function alive({ pid, startedAt }: Owner): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  return startedAt === undefined || startedAt === startTime(pid);
}

/** Field 22 of /proc/<pid>/stat (proc(5)): the start in clock ticks since boot; undefined where there is no /proc. */
function startTime(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}

function inUse(folder: string, { pid }: Owner): BrokerError {
  return new BrokerError('BROKER_DATA_IN_USE', `The data folder ${folder} belongs to the running process ${pid}.`, {
    hint: 'Stop that process, or use another data folder.',
  });
}
