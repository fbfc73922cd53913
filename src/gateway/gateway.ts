import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { Breakers } from '@mscli/runtime/breaker';
import { DiscoveryFile, resolve } from '@mscli/runtime/discovery';
import type { MetricFamily } from '@mscli/runtime/metrics';
import { failure } from '../errors.js';
import { portTaken } from '../ports/port-taken.js';
import { httpClock } from './answers/http-date.js';
import { ComingInstances } from './balancing/coming-instances.js';
import { followRules } from './follow-rules.js';
import { Clients } from './front/clients.js';
import { WriteBuffers } from './http1/write-buffers.js';
import { defaultLimits, type Limits } from './limits.js';
import { createListener, type Listener } from './listener/create-listener.js';
import type { Log } from './log.js';
import { accessLogOf } from './log-access.js';
import { counted, metricsFor } from './metrics/metrics-for.js';
import { ownRoutes } from './openapi/own-routes.js';
import { type Limiters, ownLimiters } from './policies/limits/limiters.js';
import { batchedRandomIds } from './random-ids.js';
import { registerSelf } from './registration.js';
import { Running } from './serving/running.js';
import type { GatewaySettings } from './settings/gateway-settings.js';
import { Ticker } from './timing/ticker.js';
import { Turn } from './timing/turn.js';
import { Origins } from './upstream/origin.js';
import { trustedAuthorities } from './upstream/trusted-authorities.js';
import { Upstreams } from './upstream/upstreams.js';

export interface GatewayOptions {
  /** 0 takes any free port. */
  port: number;
  host: string;
  instanceId: string;
  /** Path of the discovery file. */
  discovery: string;
  log: Log;
  settings?: GatewaySettings;
  limits?: Partial<Limits>;
  /** Where limits are counted. Default: in this process. */
  limiters?: Limiters;
  /** The instance that this one is a worker of. */
  workerOf?: string | undefined;
}

export interface Gateway extends AsyncDisposable {
  readonly port: number;
  readonly url: string;
  readonly discovery: DiscoveryFile;
  /** Its metrics; none where they are not asked for. */
  families(): MetricFamily[];
  /** Takes no more connections, finishes the running requests, and cuts what still runs at the deadline. */
  stop(options?: { deadlineMs?: number }): Promise<void>;
}

/** Connections that may wait to be taken, as far as the system lets them: beyond that a client tries again a second later. */
const BACKLOG = 4096;
const STOP_DEADLINE_MS = 10_000;
/** How long a stop lets connections close by themselves. */
const PATIENCE_MS = 250;

/** Starts a gateway on the routes and instances of a discovery file, and follows it. Fails with `PORT_TAKEN`. */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { log, instanceId, settings = {} } = options;
  const onError = (error: unknown) => log({ level: 'warn', msg: 'discovery', cause: String(error) });
  const onCorrupt = ({ faults }: { faults: readonly string[] }) =>
    log({ level: 'warn', msg: 'the discovery file could not be read', faults });
  const authorities = trustedAuthorities(settings.upstreamCa);
  const discovery = await DiscoveryFile.open(options.discovery, { onError, onCorrupt });
  const breakers = new Breakers({ caller: 'gateway', instanceId, discovery, onError });
  const limits = { ...defaultLimits, ...options.limits };
  const coming = new ComingInstances({ mostWaiting: limits.comingRequests, waitMs: limits.comingMs });
  const limiters = options.limiters ?? ownLimiters(() => performance.now());
  const own = await ownRoutes(settings, {
    routes: () => rules.routes,
    locate: (service) => resolve(discovery.snapshot, service)[0]?.url,
    authorities,
  });
  const rules: Awaited<ReturnType<typeof followRules>> = await followRules(discovery, {
    authorities,
    breakers,
    coming,
    limiters,
    log,
    own,
  });
  const running = new Running();
  const metrics = await metricsFor(settings, { rules: () => rules, breakers, running, upstreams: () => upstreams });
  const ticker = new Ticker(tickFor(limits));
  const turn = new Turn();
  const head = { bytes: limits.headBytes, fields: limits.headFields };
  const upstreams = new Upstreams({
    head,
    ticker,
    turn,
    connectMs: limits.connectMs,
    idleMs: limits.upstreamIdleMs,
    recentMs: limits.upstreamRecentMs,
    mostIdle: limits.upstreamIdleSockets,
    authorities,
    onOpened: metrics?.watchUpstream,
  });
  let stopping: Promise<void> | undefined;

  const clients = new Clients({
    rules,
    origins: new Origins(),
    upstreams,
    writeBuffers: new WriteBuffers(),
    limits,
    ticker,
    turn,
    log,
    logAccess: counted(accessLogOf(settings, log), metrics?.tally),
    tally: metrics?.tally,
    running,
    ids: batchedRandomIds(),
    date: httpClock(),
    isStopping: () => stopping !== undefined,
  });
  let withdraw = async () => {};
  let closeListener = () => {};
  const release = async () => {
    closeListener();
    await metrics?.[Symbol.asyncDispose]();
    upstreams[Symbol.dispose]();
    ticker[Symbol.dispose]();
    rules[Symbol.dispose]();
    await breakers.close();
    await withdraw();
    await discovery.close();
  };
  const opening = async () => {
    const made = await createListener(settings.tls, { clients, limits, log });
    closeListener = () => made[Symbol.dispose]();
    metrics?.watch(made.server);
    // Several workers have one page, which is not theirs.
    if (options.workerOf === undefined) await metrics?.serve();
    await listen(made, options);
    return made;
  };
  const listener = await opening().catch(async (error) => {
    await release();
    throw error;
  });
  const { server } = listener;
  // Such as no more file descriptors for another connection.
  server.on('error', (error) => log({ level: 'warn', msg: 'a connection could not be taken', cause: String(error) }));
  const { port } = server.address() as AddressInfo;
  const url = urlOf(listener, options.host, port);
  if (metrics?.url !== undefined) log({ level: 'info', msg: `metrics on ${metrics.url}` });
  withdraw = await registerSelf(discovery, { id: instanceId, url, workerOf: options.workerOf });

  const finish = async (deadlineMs: number) => {
    const closed = once(server, 'close');
    const deadline = AbortSignal.timeout(deadlineMs);
    const patienceMs = Math.min(PATIENCE_MS, deadlineMs);
    server.close();
    coming[Symbol.dispose]();
    clients.announceEnd();
    // A connection in use brings its next request soon and is told to close with the answer; one that waits may be closed.
    await clients.emptied(patienceMs);
    clients.closeIdle();
    await running.idle(deadline);
    running.cutAll();
    // The last answers are on their way.
    await clients.emptied(patienceMs);
    clients.cutAll();
    listener.cutAll();
    await closed;
    await release();
  };
  const stop = ({ deadlineMs = STOP_DEADLINE_MS } = {}) => {
    stopping ??= finish(deadlineMs);
    return stopping;
  };
  const families = () => metrics?.families() ?? [];
  return { port, url, discovery, families, stop, [Symbol.asyncDispose]: stop };
}

/** Fine enough for the shortest limit and for what routes ask for, and coarse enough to cost nothing. */
function tickFor(limits: Limits): number {
  const times = Object.entries(limits).flatMap(([name, value]) => (name.endsWith('Ms') ? [value as number] : []));
  return Math.min(50, Math.max(5, Math.min(...times) / 4));
}

async function listen(listener: Listener, { port, host }: GatewayOptions): Promise<void> {
  try {
    listener.server.listen({ port, host, backlog: BACKLOG });
    await once(listener.server, 'listening');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE') throw await portTaken(port, 'the gateway', { cause: error });
    const hint =
      code === 'EACCES'
        ? 'Ports below 1024 may belong to the administrator: choose another.'
        : 'The host must be an address of this machine, such as 127.0.0.1, or 0.0.0.0 for all of them.';
    throw failure('USAGE', `The gateway cannot listen on ${urlOf(listener, host, port)}.`, { hint, cause: error });
  }
}

function urlOf({ protocol }: Listener, host: string, port: number): string {
  return `${protocol}://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
