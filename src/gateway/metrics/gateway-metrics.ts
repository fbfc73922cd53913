import type { Server, Socket } from 'node:net';
import type { Breakers } from '@mscli/runtime/breaker';
import type { MetricFamily } from '@mscli/runtime/metrics';
import type { Rules } from '../admission/pass.js';
import type { Running } from '../serving/running.js';
import { type MetricsPage, serveMetrics } from './metrics-page.js';
import { ProcessMetrics } from './process-metrics.js';
import { RequestCounts } from './request-counts.js';
import type { Tally } from './tally.js';
import { Traffic } from './traffic.js';
import { trafficFamilies } from './traffic-families.js';

/** What is asked when somebody looks. */
export interface MeteredParts {
  readonly breakers: Pick<Breakers, 'families'>;
  readonly running: Running;
  rules(): Pick<Rules, 'routes'>;
  upstreams(): { readonly idle: number };
}

/** The metrics of one gateway's process. */
export class GatewayMetrics implements AsyncDisposable {
  readonly #requests = new RequestCounts();
  readonly #process = new ProcessMetrics();
  readonly #port: number;
  readonly #parts: MeteredParts;
  #page: MetricsPage | undefined;
  readonly #sides = { client: new Traffic(), upstream: new Traffic() };

  constructor(port: number, parts: MeteredParts) {
    this.#port = port;
    this.#parts = parts;
  }

  get url(): string | undefined {
    return this.#page?.url;
  }

  get tally(): Tally {
    return this.#requests;
  }

  /** Counts the connections that a server takes. */
  watch(server: Server): void {
    server.on('connection', (socket: Socket) => this.#sides.client.watch(socket));
  }

  readonly watchUpstream = (socket: Socket): void => this.#sides.upstream.watch(socket);

  families(): MetricFamily[] {
    const { rules, breakers, running, upstreams } = this.#parts;
    const paths = new Set(rules().routes.routes.map(({ path }) => path));
    this.#requests.keep((path) => paths.has(path));
    return [
      ...this.#requests.families(),
      runningFamily(running),
      ...trafficFamilies(this.#sides, upstreams().idle),
      ...breakers.families(),
      ...this.#process.families(),
    ];
  }

  /** Shows them on a page of this process. */
  async serve(): Promise<void> {
    this.#page = await serveMetrics(this.#port, () => this.families());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#page?.[Symbol.asyncDispose]();
    this.#process[Symbol.dispose]();
  }
}

function runningFamily({ counts }: Running): MetricFamily {
  return {
    kind: 'gauge',
    name: 'mscli_gateway_running_requests',
    help: 'Requests that are being served; WebSockets and server-sent events have no end of their own.',
    merged: 'sum',
    samples: [
      { labels: { end: 'foreseen' }, value: counts.finite },
      { labels: { end: 'open' }, value: counts.endless },
    ],
  };
}
