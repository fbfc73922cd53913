import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { failure } from '../errors.js';
import {
  addService,
  CONFIG_FILE,
  type Config,
  editConfigText,
  isFolder,
  nextFreePort,
  parseConfig,
  readVariables,
} from '../workspace/index.js';
import { nounOf } from './noun.js';
import type { FileEdit } from './plan.js';

/** What mscli.yaml will say about a new service. */
export interface Entry {
  name: string;
  port: number;
  route: string;
  /** Its folder, relative to the workspace root. */
  path: string;
}

/** Refuses a name, a route or a port that another service has. */
export function refuseTaken(config: Config, { name, port, route }: Entry, force: boolean): void {
  refuseTakenName(config, name, force);
  refuseTakenRoute(config, { name, route });
  refuseTakenPort(config, { name, port });
}

export function refuseTakenName(config: Config, name: string, force: boolean): void {
  if (!config.services[name] || force) return;
  throw failure('EXISTS', `${CONFIG_FILE} already has a service ${name}.`, {
    hint: 'Choose another name, or replace it with --force.',
  });
}

export function refuseTakenRoute(config: Config, { name, route }: Pick<Entry, 'name' | 'route'>): void {
  const other = config.gateway.routes.find(({ path, service }) => path === route && service !== name);
  if (!other) return;
  throw failure('EXISTS', `The route ${route} already goes to ${other.service}.`, {
    hint: `Choose another, such as /${nounOf(name).path}-2.`,
  });
}

export function refuseTakenPort(config: Config, { name, port }: Pick<Entry, 'name' | 'port'>): void {
  const holder =
    port === config.gateway.port
      ? 'the gateway'
      : Object.entries(config.services).find(
          ([service, { port: first, instances }]) => service !== name && port >= first && port < first + instances,
        )?.[0];
  if (holder === undefined) return;
  throw failure('PORT_TAKEN', `Port ${port} already belongs to ${holder} in ${CONFIG_FILE}.`, {
    hint: `Port ${nextFreePort(config)} is free.`,
  });
}

/** mscli.yaml with the service, checked as it will be once the folder is there. Empty when nothing changes. */
export async function editEntry(root: string, { name, path, port, route }: Entry): Promise<FileEdit[]> {
  const file = join(root, CONFIG_FILE);
  const before = await readFile(file, 'utf8');
  const content = editConfigText(before, (document) =>
    addService(document, { name, settings: { path, port }, routes: [{ path: route }] }),
  );
  const folderExists = (folder: string) => folder === path || isFolder(join(root, folder));
  parseConfig(content, { file, env: await readVariables(root), folderExists });
  return content === before ? [] : [{ path: CONFIG_FILE, before, content }];
}
