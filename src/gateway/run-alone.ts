import { type Discovery, isAlive, pruneDead, type Route, readDiscovery } from '@mscli/runtime/discovery';
import { failure, MscliError } from '../errors.js';
import { startGateway } from './gateway.js';
import { type LogEntry, wholeEntry } from './log.js';
import type { GatewaySettings } from './settings/gateway-settings.js';

export interface AloneOptions {
  port: number;
  host: string;
  /** The workspace's routes. */
  routes: readonly Route[];
  settings: GatewaySettings;
  /** Path of the discovery file. */
  discovery: string;
  /** Whether a supervisor runs the workspace: then the routes are its own and are left as they are. */
  isSupervised: boolean;
  /** Ends it. */
  signal: AbortSignal;
  onReady(ready: { url: string; instanceId: string; routes: number }): void;
  onEntry(entry: LogEntry): void;
}

/**
 * Runs one gateway in this process until the signal aborts. Services that were started by hand register themselves;
 * the routes are written for as long as the gateway runs.
 */
export async function runAlone(options: AloneOptions): Promise<void> {
  const { port, host, discovery, signal } = options;
  const settings = settingsOf(options);
  const instanceId = freeInstanceId(await readDiscovery(discovery));
  const log = (entry: LogEntry) => options.onEntry(wholeEntry(entry));
  const start = () => startGateway({ port, host, instanceId, discovery, settings, log });
  await using gateway = await start().catch(async (error) => {
    throw (await heldBySupervised(options, error)) ?? error;
  });
  if (!options.isSupervised) await gateway.discovery.update((draft) => offerRoutes(draft, options.routes));
  try {
    const { routes } = gateway.discovery.snapshot;
    options.onReady({ url: gateway.url, instanceId, routes: routes.length });
    await aborted(signal);
  } finally {
    if (!options.isSupervised) {
      await gateway.discovery.update((draft) => withdrawRoutes(draft, options.routes, instanceId));
    }
  }
}

/** The port of the metrics belongs to the supervisor's gateway, where there is one. */
function settingsOf({ settings, isSupervised, onEntry }: AloneOptions): GatewaySettings {
  if (!isSupervised || settings.metrics === undefined) return settings;
  onEntry({
    level: 'info',
    msg: `no metrics here: port ${settings.metrics.port} has those of the gateway of mscli up`,
  });
  return { ...settings, metrics: undefined };
}

/** Not an accident that its process should be ended for: the supervisor would only start it again. */
async function heldBySupervised({ port, discovery, isSupervised }: AloneOptions, cause: unknown) {
  if (!isSupervised || !(cause instanceof MscliError) || cause.code !== 'PORT_TAKEN') return undefined;
  const { instances } = await readDiscovery(discovery);
  const holder = Object.values(instances).find(
    ({ service, registeredBy, url }) =>
      service === 'gateway' && registeredBy === 'supervisor' && new URL(url).port === `${port}`,
  );
  if (holder === undefined) return undefined;
  return failure('PORT_TAKEN', `Port ${port} has the gateway that \`mscli up\` runs in this workspace.`, {
    hint: 'Choose another port with `--port` (0 takes a free one), or end what runs with `mscli down`.',
    cause,
  });
}

/** Another gateway may run beside this one, the supervisor's for instance. */
function freeInstanceId({ instances }: Readonly<Discovery>): string {
  for (let number = 1; ; number++) {
    const id = `gateway-${number}`;
    const taken = instances[id];
    if (taken === undefined || (taken.pid !== undefined && !isAlive(taken.pid, taken.processStart))) return id;
  }
}

function offerRoutes(draft: Discovery, routes: readonly Route[]): void {
  pruneDead(draft);
  draft.routes = [...routes];
}

/** Leaves them where somebody else serves or has changed them meanwhile. */
function withdrawRoutes(draft: Discovery, routes: readonly Route[], instanceId: string): void {
  pruneDead(draft);
  const isShared = Object.values(draft.instances).some(({ id, service }) => service === 'gateway' && id !== instanceId);
  const isMine = sameRoutes(draft.routes, routes);
  if (isMine && !isShared) draft.routes = [];
}

function sameRoutes(left: readonly Route[], right: readonly Route[]): boolean {
  const text = (routes: readonly Route[]) =>
    JSON.stringify(routes.map((r) => [r.path, r.service, r.stripPrefix, r.policies]));
  return text(left) === text(right);
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
