import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Discovery, type Instance, updateDiscovery } from '@mscli/runtime/discovery';
import { type Gateway, startGateway } from '../../../src/gateway/gateway.js';
import type { Limits } from '../../../src/gateway/limits.js';
import { type LogEntry, wholeEntry } from '../../../src/gateway/log.js';
import type { GatewaySettings } from '../../../src/gateway/settings/gateway-settings.js';

export interface TestGateway extends AsyncDisposable {
  gateway: Gateway;
  url: string;
  port: number;
  /** Path of the discovery file. */
  path: string;
  /** The lines of the log so far. */
  lines: LogEntry[];
  requests(): LogEntry[];
  update(change: (draft: Discovery) => void): Promise<unknown>;
}

/** A real gateway on port 0 with a discovery file of its own: each route's service with its instances' URLs. */
export async function testGateway(
  routes: Record<string, { service?: string; urls: string[]; stripPrefix?: boolean; policies?: unknown }>,
  options: { limits?: Partial<Limits>; instanceId?: string; settings?: GatewaySettings } = {},
): Promise<TestGateway> {
  const folder = await mkdtemp(join(tmpdir(), 'mscli-gateway-'));
  const path = join(folder, 'discovery.json');
  await updateDiscovery(path, (draft) => {
    for (const [routePath, { service = 'a-service', urls, stripPrefix = false, policies }] of Object.entries(routes)) {
      draft.routes.push({ path: routePath, service, stripPrefix, ...(policies === undefined ? {} : { policies }) });
      for (const [index, url] of urls.entries()) addInstance(draft, service, url, index + 1);
    }
  });
  const lines: LogEntry[] = [];
  const gateway = await startGateway({
    port: 0,
    host: '127.0.0.1',
    instanceId: 'gateway-1',
    discovery: path,
    log: (entry) => lines.push(wholeEntry(entry)),
    ...options,
  });
  return {
    gateway,
    url: gateway.url,
    port: gateway.port,
    path,
    lines,
    requests: () => lines.filter(({ msg }) => msg === 'request'),
    update: (change) => gateway.discovery.update(change),
    async [Symbol.asyncDispose]() {
      await gateway.stop({ deadlineMs: 0 });
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export function addInstance(draft: Discovery, service: string, url: string, number: number): Instance {
  const instance: Instance = {
    id: `${service}-${number}`,
    service,
    url,
    status: 'ready',
    startedAt: new Date(0).toISOString(),
    registeredBy: 'self',
  };
  draft.instances[instance.id] = instance;
  return instance;
}
