import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { failure } from '../errors.js';
import type { Workspace } from '../workspace/index.js';

/** Refuses to start from a fresh clone, where every service would fail to build with a page of the same errors. */
export function checkPackages({ root, config }: Pick<Workspace, 'root' | 'config'>): void {
  const builds = Object.values(config.services).some(({ command }) => command === undefined);
  if (!builds || !existsSync(join(root, 'package.json')) || hasPackages(root)) return;
  throw failure('INSTALL_FAILED', `No packages are installed in ${root}.`, { hint: 'Run `npm install` there.' });
}

/** Also in a folder above: a workspace may live in a larger one. */
function hasPackages(folder: string): boolean {
  if (existsSync(join(folder, 'node_modules'))) return true;
  const parent = dirname(folder);
  return parent !== folder && hasPackages(parent);
}
