import { link, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { MscliError } from '../errors.js';
import { isGone, type LockHolder, newHolder, readHolder } from './lock-holder.js';

/** How long and how to wait for a lock. */
export interface LockOptions {
  /** Ends the wait. */
  signal?: AbortSignal | undefined;
  /** How long to wait, in milliseconds. */
  timeoutMs: number;
  /** Spreads the attempts of several waiting processes. Default `Math.random`. */
  random?: () => number;
}

/**
 * Does some work while no other process, and nobody else in this one, holds the lock file.
 *
 * A lock file appears with its content at once (link(2), which fails like `O_EXCL` where the file exists), so that there is
 * no moment in which its holder is unknown. A holder that was killed is replaced, see {@link takeOver}.
 *
 * @param work - gets the name of a scratch file, which is removed at the next locking if this process is killed
 * @throws MscliError `TIMEOUT` with the holder's pid, `LOCK_FAILED` when the folder takes no lock file
 */
export async function withLock<T>(
  path: string,
  options: LockOptions,
  work: (scratch: string) => Promise<T>,
): Promise<T> {
  const mine = newHolder();
  await acquire(path, mine, options);
  try {
    return await work(`${path}.${mine.token}.tmp`);
  } finally {
    await release(path, mine);
  }
}

async function acquire(path: string, mine: LockHolder, { signal, timeoutMs, random = Math.random }: LockOptions) {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    signal?.throwIfAborted();
    if (await tryAcquire(path, path, mine).catch((cause) => cannotLock(path, cause))) return;
    if (performance.now() >= deadline) throw await timedOut(path, timeoutMs);
    await sleep(2 + random() * 18, undefined, signal === undefined ? {} : { signal }).catch(() => {});
  }
}

/** One attempt at `path`, which is the lock of `base` or, while a dead holder is replaced, the guard of that replacement. */
async function tryAcquire(base: string, path: string, mine: LockHolder): Promise<boolean> {
  const holder = await readHolder(path);
  if (holder === undefined) return place(base, path, mine, link);
  return isGone(holder) && takeOver(base, path, holder, mine);
}

/**
 * Replaces a dead holder. Only who holds the guard, a second lock that is named after the dead holder's token, may do that, and
 * only if the dead holder's token still stands in the lock: a dead holder changes nothing any more, so between that check
 * and the rename nobody can have got the lock. A process that is killed while it holds a guard is replaced the same way.
 */
async function takeOver(base: string, path: string, dead: LockHolder, mine: LockHolder): Promise<boolean> {
  const guard = `${base}.${dead.token}`;
  const guardian = newHolder();
  if (!(await tryAcquire(base, guard, guardian))) return false;
  try {
    const current = await readHolder(path);
    if (current?.token !== dead.token) return false;
    await removeLeftovers(base, dead);
    return await place(base, path, mine, rename);
  } finally {
    await release(guard, guardian);
  }
}

async function place(
  base: string,
  path: string,
  mine: LockHolder,
  put: (from: string, to: string) => Promise<void>,
): Promise<boolean> {
  const candidate = `${base}.${mine.token}.new`;
  try {
    await writeFile(candidate, JSON.stringify(mine));
    await put(candidate, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(candidate, { force: true });
  }
}

async function release(path: string, mine: LockHolder): Promise<void> {
  const holder = await readHolder(path);
  if (holder?.token === mine.token) await rm(path, { force: true });
}

async function removeLeftovers(base: string, dead: LockHolder): Promise<void> {
  await rm(`${base}.${dead.token}.tmp`, { force: true });
  const folder = dirname(base);
  for (const name of await readdir(folder)) {
    if (!name.startsWith(`${basename(base)}.`) || !name.endsWith('.new')) continue;
    const candidate = join(folder, name);
    const holder = await readHolder(candidate);
    // A candidate without a holder is just being written.
    if (holder !== undefined && holder.pid !== 0 && isGone(holder)) await rm(candidate, { force: true });
  }
}

function cannotLock(path: string, cause: unknown): never {
  throw new MscliError('LOCK_FAILED', `The lock ${path} cannot be made.`, {
    hint: 'Look whether the disk is full and the folder writable.',
    cause,
  });
}

async function timedOut(path: string, timeoutMs: number): Promise<MscliError> {
  const holder = await readHolder(path);
  const who = holder === undefined ? 'one process after the other' : `process ${holder.pid}`;
  return new MscliError('TIMEOUT', `The lock ${path} was held by ${who} for ${timeoutMs} ms.`, {
    hint: `If that process is not one of mscli's, remove ${path}.`,
  });
}
