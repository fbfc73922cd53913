import { discoveryPath } from '@mscli/runtime/discovery';
import { failure } from '../errors.js';
import type { GatewaySettings } from './settings/gateway-settings.js';

export interface GatewayEnvironment {
  port: number;
  host: string;
  instanceId: string;
  /** The instance that this one is a worker of. */
  workerOf: string | undefined;
  service: string;
  /** Path of the discovery file. */
  discovery: string;
  settings: GatewaySettings;
}

/** What the gateway's process is told by its environment; all faults at once. */
export async function readEnvironment(env: Readonly<Record<string, string | undefined>>): Promise<GatewayEnvironment> {
  const faults: string[] = [];
  const port = Number(env.PORT);
  if (env.PORT === undefined || env.PORT === '') faults.push('PORT is missing');
  else if (!/^\d+$/.test(env.PORT) || port > 65_535) faults.push(`PORT is "${env.PORT}", not a port`);
  if (!env.MSCLI_STATE_URL) faults.push('MSCLI_STATE_URL is missing');
  else if (!URL.canParse(env.MSCLI_STATE_URL) || !env.MSCLI_STATE_URL.startsWith('file:')) {
    faults.push(`MSCLI_STATE_URL is "${env.MSCLI_STATE_URL}", not a file: URL`);
  }
  const settings = await readSettings(env.MSCLI_GATEWAY_SETTINGS || '{}');
  if (settings === undefined) faults.push('MSCLI_GATEWAY_SETTINGS is not what mscli writes there');
  if (faults.length > 0) {
    throw failure('USAGE', `The gateway cannot start: ${faults.join('; ')}.`, {
      hint: 'Start it with mscli up or mscli gateway, or set these variables.',
    });
  }
  return {
    port,
    host: env.HOST || '127.0.0.1',
    instanceId: env.MSCLI_INSTANCE_ID || 'gateway-1',
    workerOf: env.MSCLI_GATEWAY_WORKER_OF || undefined,
    service: env.MSCLI_SERVICE || 'gateway',
    discovery: discoveryPath(env.MSCLI_STATE_URL ?? ''),
    settings: settings ?? {},
  };
}

/** Their schema is loaded where there are some: 1 MB. */
async function readSettings(text: string): Promise<GatewaySettings | undefined> {
  if (text === '{}') return {};
  try {
    const { parseSettings } = await import('./settings/gateway-settings.js');
    return parseSettings(text);
  } catch {
    return undefined;
  }
}
