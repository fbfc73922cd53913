import { chmod, mkdir, readFile, rm, rmdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { failure } from '../errors.js';
import { writeAtomically } from '../workspace/index.js';
import type { Change, Plan } from './plan.js';

/**
 * Writes a plan. New files never replace one that has appeared since; the others are replaced atomically.
 * When a write fails, or the signal aborts, everything written so far is taken back, and the error says so.
 */
export async function writePlan({ root, changes }: Plan, signal?: AbortSignal): Promise<void> {
  const undos: (() => Promise<void>)[] = [];
  let current = root;
  try {
    await makeFolder(root, undos);
    for (const change of changes) {
      signal?.throwIfAborted();
      current = join(root, change.path);
      await makeFolder(dirname(current), undos);
      await write(current, change, undos);
    }
  } catch (cause) {
    const left = await takeBack(undos);
    if (signal?.aborted) throw failure('INTERRUPTED', `Stopped. ${left}`, { cause });
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw failure('WRITE_FAILED', `${current} could not be written: ${reason}.`, { hint: left, cause });
  }
}

async function write(path: string, change: Change, undos: (() => Promise<void>)[]): Promise<void> {
  if (change.action === 'create') {
    // Registered once the file is ours: one that was there already is not taken away.
    await writeFile(path, change.content, { flag: 'wx' }).catch(async (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') await rm(path, { force: true });
      throw error;
    });
    undos.push(() => rm(path, { force: true }));
  } else {
    const before = await readFile(path);
    if (change.before !== undefined && before.toString('utf8') !== change.before) {
      throw new Error('somebody else has changed it in the meantime');
    }
    await writeAtomically(path, change.content);
    undos.push(() => writeAtomically(path, before));
  }
  if (change.executable) await chmod(path, 0o755);
}

async function makeFolder(folder: string, undos: (() => Promise<void>)[]): Promise<void> {
  const first = await mkdir(folder, { recursive: true });
  if (first === undefined) return;
  const made: string[] = [];
  for (let each = folder; each.length >= first.length; each = dirname(each)) made.unshift(each);
  for (const each of made) undos.push(() => rmdir(each));
}

async function takeBack(undos: readonly (() => Promise<void>)[]): Promise<string> {
  const faults: string[] = [];
  for (const undo of undos.toReversed()) {
    await undo().catch((error: Error) => faults.push(error.message));
  }
  return faults.length === 0 ? 'Nothing was left behind.' : `Not everything could be taken back: ${faults.join('; ')}.`;
}
