import { createHash, randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { isAlive, processStartTime } from './process-liveness.js';

/** Who holds a lock: what stands in the lock file. */
export interface LockHolder {
  /** The process; 0 where the file's content is nobody's. */
  pid: number;
  /** Its start time, where the system tells. */
  start?: string;
  /** Unique for each locking. */
  token: string;
}

/** This process, about to lock once. */
export function newHolder(): LockHolder {
  const start = processStartTime(process.pid);
  return { pid: process.pid, ...(start === undefined ? {} : { start }), token: randomUUID() };
}

/** The holder of a lock file, undefined when nobody holds it. */
export async function readHolder(path: string): Promise<LockHolder | undefined> {
  try {
    return parseHolder(await readFile(path, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Whether the holder can no longer release its lock. */
export function isGone(holder: LockHolder): boolean {
  return !isAlive(holder.pid, holder.start);
}

/** A lock file of ours appears with its content at once, so that any other content is what a power failure has left. */
function parseHolder(text: string): LockHolder {
  const nobody = { pid: 0, token: createHash('sha256').update(text).digest('hex') };
  try {
    const { pid, start, token } = JSON.parse(text);
    if (!Number.isSafeInteger(pid) || typeof token !== 'string' || !/^[\w-]+$/.test(token)) return nobody;
    return typeof start === 'string' ? { pid, start, token } : { pid, token };
  } catch {
    return nobody;
  }
}
