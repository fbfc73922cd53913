import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { hashOf, root } from './stamp.js';

const vendor = join(root, 'dist', 'vendor');

/**
 * Packs the compiled runtime into `dist/vendor/mscli-runtime-<version>-<hash>.tgz`, which a new workspace carries.
 * The hash is that of the packed content: npm caches a `file:` tarball by its name.
 */
export async function packRuntime() {
  const folder = join(root, 'runtime');
  const { version } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  const hash = await hashOf(['package.json', 'README.md', 'LICENSE', 'dist', 'src'], folder);
  const name = `mscli-runtime-${version}-${hash.slice(0, 10)}.tgz`;

  await mkdir(vendor, { recursive: true });
  const present = await readdir(vendor);
  if (!present.includes(name)) await pack(folder, join(vendor, name));
  const outdated = present.filter((entry) => entry.endsWith('.tgz') && entry !== name);
  await Promise.all(outdated.map((entry) => rm(join(vendor, entry), { force: true })));
  return `${name}: ${present.includes(name) ? 'unchanged' : 'packed'}`;
}

/**
 * @param {string} folder
 * @param {string} target
 */
async function pack(folder, target) {
  const temporary = await mkdtemp(join(vendor, '.pack-'));
  try {
    const flags = ['pack', '--ignore-scripts', '--silent', '--pack-destination', temporary];
    await promisify(execFile)('npm', flags, { cwd: folder });
    const [tarball] = await readdir(temporary);
    if (tarball === undefined) throw new Error(`npm pack left no tarball of ${folder}`);
    await rename(join(temporary, tarball), target);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}
