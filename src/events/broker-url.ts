import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { failure } from '../errors.js';

/** The URL of the broker that a workspace uses: the configured one, else the one that `mscli up` has recorded. */
export async function brokerUrl({
  stateFolder,
  config,
}: {
  stateFolder: string;
  config: { broker: string };
}): Promise<string> {
  if (/^amqps?:/.test(config.broker)) return config.broker;
  const recorded = await readRecord(join(stateFolder, 'broker.json'));
  if (recorded !== undefined) return recorded;
  throw failure('BROKER_UNAVAILABLE', 'this workspace has no broker yet', { hint: 'start it with `mscli up`' });
}

async function readRecord(path: string): Promise<string | undefined> {
  try {
    const { url } = JSON.parse(await readFile(path, 'utf8'));
    return typeof url === 'string' ? url : undefined;
  } catch {
    return undefined;
  }
}
