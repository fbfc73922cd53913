import { readdir } from 'node:fs/promises';
import { exists } from './plan.js';

/** Refuses a target folder that holds anything, naming it; with `force` only what is in the way is replaced. */
export async function refuseOccupied(folder: string, force: boolean): Promise<void> {
  if (force) return;
  const entries = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    if (error.code === 'ENOTDIR') throw exists(folder, ['a file of that name']);
    throw error;
  });
  // A fresh clone of an empty repository is as good as an empty folder.
  const occupants = entries.filter((name) => name !== '.git' && name !== '.DS_Store');
  if (occupants.length > 0) throw exists(folder, occupants);
}
