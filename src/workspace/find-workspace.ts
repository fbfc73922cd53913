import { statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { failure } from '../errors.js';
import type { Config } from './config.js';
import { CONFIG_FILE, findRoot, statePlace } from './find-root.js';
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

/** The workspace that holds `cwd`: read, validated, defaults filled in. */
export async function findWorkspace(
  cwd: string,
  env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<Workspace> {
  const root = findRoot(cwd);
  const file = join(root, CONFIG_FILE);
  const config = parseConfig((await readText(file)) ?? '', {
    file,
    env: await readVariables(root, env),
    folderExists: (path) => isFolder(join(root, path)),
  });
  return { root, name: config.name, config, ...statePlace(root) };
}

/** What `${VAR}` in mscli.yaml stands for: the environment, and behind it `.env`. */
export async function readVariables(
  root: string,
  env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<Record<string, string | undefined>> {
  return { ...(await readDotEnv(join(root, '.env'))), ...env };
}

async function readDotEnv(file: string): Promise<Record<string, string | undefined>> {
  return parseEnv((await readText(file)) ?? '') as Record<string, string | undefined>;
}

/** `undefined` when the file is not there. */
async function readText(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw failure('INVALID_CONFIG', `${file} cannot be read.`, { hint: 'Look at its permissions.', cause });
  }
}

export function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
