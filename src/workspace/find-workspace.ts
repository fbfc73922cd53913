import { statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
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
  const config = parseConfig(await readFile(file, 'utf8'), {
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
  try {
    return parseEnv(await readFile(file, 'utf8')) as Record<string, string | undefined>;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
}

export function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
