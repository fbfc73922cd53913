import type { MetricFamily } from '@mscli/runtime/metrics';
import type { Ending } from '../access-log.js';
import { isProblemKind } from '../answers/problem.js';
import type { Exchange } from '../exchange.js';
import { durationBounds } from './duration-buckets.js';
import { RouteCounts } from './route-counts.js';
import type { RetryReason, Tally } from './tally.js';

/** A tunnel's time says nothing about how fast anything was answered. */
const SWITCHED = 101;

/** Counts requests by the route that took them: never by what a client can make up. */
export class RequestCounts implements Tally {
  readonly #routes = new Map<string, RouteCounts>();
  readonly #malformed = new Map<number, number>();

  ended(exchange: Exchange, { status, reason }: Ending, now: number): void {
    const counts = this.#countsOf(exchange);
    counts.ended(exchange.service, exchange.method, status);
    if (exchange.cache !== undefined) counts.cached(exchange.cache.outcome);
    if (status !== SWITCHED) counts.took((now - exchange.receivedAt) / 1000);
    if (reason === undefined || reason === 'preflight') return;
    if (isProblemKind(reason)) counts.refused(reason);
    else counts.brokeOff(reason);
  }

  retried(exchange: Exchange, reason: RetryReason): void {
    this.#countsOf(exchange).retried(reason);
  }

  malformed(status: number): void {
    this.#malformed.set(status, (this.#malformed.get(status) ?? 0) + 1);
  }

  /** Forgets the routes that are no longer there. */
  keep(isServed: (path: string) => boolean): void {
    for (const path of this.#routes.keys()) if (path !== '' && !isServed(path)) this.#routes.delete(path);
  }

  families(): MetricFamily[] {
    const routes = [...this.#routes.values()];
    return [
      {
        kind: 'counter',
        name: 'mscli_gateway_requests',
        help: 'Requests that are over. The route is empty where none took the path.',
        samples: routes.flatMap(({ requests }) => requests),
      },
      {
        kind: 'histogram',
        name: 'mscli_gateway_request_duration_seconds',
        help: 'From the head of a request to the last byte of its answer; WebSockets are left out.',
        bounds: durationBounds,
        samples: routes.flatMap(({ durations }) => durations),
      },
      {
        kind: 'counter',
        name: 'mscli_gateway_refused_requests',
        help: 'Requests that the gateway answered in place of the service, by the kind of the problem.',
        samples: routes.flatMap(({ refusals }) => refusals),
      },
      {
        kind: 'counter',
        name: 'mscli_gateway_broken_off_requests',
        help: 'Requests that did not get a whole answer, by who failed.',
        samples: routes.flatMap(({ breaks }) => breaks),
      },
      {
        kind: 'counter',
        name: 'mscli_gateway_retries',
        help: 'Requests that were made once more, by reason.',
        samples: routes.flatMap(({ retries }) => retries),
      },
      {
        kind: 'counter',
        name: 'mscli_gateway_cache_requests',
        help: 'Requests on routes with a cache, by what the cache was to them.',
        samples: routes.flatMap(({ cacheVisits }) => cacheVisits),
      },
      {
        kind: 'counter',
        name: 'mscli_gateway_malformed_requests',
        help: 'What came from clients and was no request, by the status of the answer.',
        samples: [...this.#malformed].map(([status, value]) => ({ labels: { status: String(status) }, value })),
      },
    ];
  }

  #countsOf({ route }: Exchange): RouteCounts {
    const path = route === undefined ? '' : route.path;
    let counts = this.#routes.get(path);
    if (counts === undefined) {
      counts = new RouteCounts(path);
      this.#routes.set(path, counts);
    }
    return counts;
  }
}
