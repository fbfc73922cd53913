import { dirname, resolve } from 'node:path';
import type { Files } from './files.js';

/** What was created, renamed or removed in a folder survives a loss of power only once the folder itself is synced. */
export async function syncFolder(files: Files, path: string): Promise<void> {
  // Windows has no such call, and needs none.
  if (process.platform === 'win32') return;
  const folder = await files.open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** Makes a folder and those above it, so that none of them is lost with the power. */
export async function makeFolder(files: Files, path: string): Promise<void> {
  const topmost = await files.makeFolder(resolve(path));
  if (topmost === undefined) return;
  for (let made = resolve(path); made.length >= topmost.length; made = dirname(made))
    await syncFolder(files, dirname(made));
}
