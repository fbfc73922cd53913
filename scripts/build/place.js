import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { filesOf } from './stamp.js';

const graceMs = 60 * 60 * 1000;

/**
 * Moves every file of a freshly built folder to its place, one rename each, then removes what earlier builds left in
 * `owned`. What `lasts` stays for an hour: a process started from an earlier build may load another chunk later.
 *
 * @param {string} built
 * @param {string} target
 * @param {{ owned?: (path: string) => boolean, lasts?: (path: string) => boolean }} options
 */
export async function place(built, target, { owned = () => true, lasts = () => false } = {}) {
  const files = (await filesOf(built)).map((file) => relative(built, file));
  for (const file of files) {
    await mkdir(dirname(join(target, file)), { recursive: true });
    await rename(join(built, file), join(target, file));
  }
  const current = new Set(files);
  for (const file of await filesOf(target)) {
    const path = relative(target, file);
    if (current.has(path) || !owned(path)) continue;
    if (!lasts(path) || (await age(file)) > graceMs) await rm(file, { force: true });
  }
}

/** @param {string} file */
async function age(file) {
  const status = await stat(file).catch(() => undefined);
  return status === undefined ? 0 : Date.now() - status.mtimeMs;
}
