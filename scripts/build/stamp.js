import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the repository. */
export const root = fileURLToPath(new URL('../../', import.meta.url));

/**
 * A hash over the names and contents of the files given and of all files in the folders given, relative to `from`.
 * Missing ones count as empty.
 *
 * @param {string[]} paths
 * @param {string} from
 */
export async function hashOf(paths, from = root) {
  const hash = createHash('sha256');
  for (const path of paths) {
    for (const file of await filesOf(join(from, path))) {
      const content = await readFile(file);
      hash.update(`${relative(from, file)}\0${content.length}\0`).update(content);
    }
  }
  return hash.digest('hex').slice(0, 16);
}

/**
 * Every file in a folder, sorted; a file is its own list.
 *
 * @param {string} path
 * @returns {Promise<string[]>}
 */
export async function filesOf(path) {
  try {
    const entries = await readdir(path, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort();
  } catch (error) {
    const code = /** @type {NodeJS.ErrnoException} */ (error).code;
    if (code === 'ENOTDIR') return [path];
    if (code === 'ENOENT') return [];
    throw error;
  }
}

/**
 * The hash that a part was last built from.
 *
 * @param {string} part
 */
export async function readStamp(part) {
  return readFile(stampFile(part), 'utf8').catch(() => undefined);
}

/**
 * @param {string} part
 * @param {string} hash
 */
export async function writeStamp(part, hash) {
  await mkdir(dirname(stampFile(part)), { recursive: true });
  const temporary = `${stampFile(part)}.${process.pid}`;
  await writeFile(temporary, hash);
  await rename(temporary, stampFile(part));
}

/** @param {string} part */
function stampFile(part) {
  return join(root, 'node_modules', '.cache', 'mscli-build', `${part}.stamp`);
}
