import { statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { failure } from '../errors.js';

export const CONFIG_FILE = 'mscli.yaml';

/** The nearest folder from `cwd` upwards that holds `mscli.yaml`; reads nothing. */
export function findRoot(cwd: string): string {
  for (let folder = resolve(cwd); ; folder = dirname(folder)) {
    if (statSync(join(folder, CONFIG_FILE), { throwIfNoEntry: false })?.isFile()) return folder;
    if (folder === dirname(folder)) {
      throw failure('NO_WORKSPACE', `There is no ${CONFIG_FILE} in ${resolve(cwd)} or any folder above it.`, {
        hint: 'Go into a workspace, or make one: mscli new workspace <name>',
      });
    }
  }
}

/** Where the local state of a workspace is: the folder, and the same as a URL. */
export function statePlace(root: string): { stateFolder: string; stateUrl: string } {
  const stateFolder = join(root, '.mscli');
  return { stateFolder, stateUrl: pathToFileURL(stateFolder).href };
}
