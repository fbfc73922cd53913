import { statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseEnv } from 'node:util';
import { failure } from '../errors.js';
import type { Config } from './config.js';
import { parseConfig } from './parse-config.js';

export interface Workspace {
  /** Absolute path of the folder with `mscli.yaml`. */
  root: string;
  name: string;
  config: Config;
  /** Absolute path of `.mscli`; may not exist yet. */
  stateFolder: string;
  /** The same as a `file:` URL: what services get as MSCLI_STATE_URL. */
  stateUrl: string;
}

export const CONFIG_FILE = 'mscli.yaml';

/** The workspace that holds `cwd`: read, validated, defaults filled in. */
export async function findWorkspace(
  cwd: string,
  env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<Workspace> {
  const root = findRoot(cwd);
  const file = join(root, CONFIG_FILE);
  const variables = { ...(await readDotEnv(root)), ...env };
  const config = parseConfig(await readFile(file, 'utf8'), {
    file,
    env: variables,
    folderExists: (path) => isFolder(join(root, path)),
  });
  const stateFolder = join(root, '.mscli');
  return { root, name: config.name, config, stateFolder, stateUrl: pathToFileURL(stateFolder).href };
}

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

export async function readDotEnv(root: string): Promise<Record<string, string | undefined>> {
  try {
    return parseEnv(await readFile(join(root, '.env'), 'utf8')) as Record<string, string | undefined>;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
}

export function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
