import type { Instance } from '@mscli/runtime/discovery';
import { atTheEnd, type Exchange, type ExchangeEnding } from '../exchange.js';
import { type InstanceLoad, InstanceLoads, type OutlierRule } from './instance-loads.js';
import { RoundRobin } from './round-robin.js';

/** Which instance gets a request, by its route's balancer; counts what runs where, on routes that want to know. */
export class InstanceChooser {
  readonly loads = new InstanceLoads();
  readonly #turns = new RoundRobin();

  constructor(
    readonly resolve: (service: string) => readonly Instance[],
    readonly now: () => number = () => performance.now(),
  ) {}

  choose(exchange: Exchange, except: readonly Instance[] = none): Instance | undefined {
    const { route, service } = exchange;
    const found = this.resolve(service);
    if (route === undefined || !(route.countsLoad || route.outliers !== undefined || route.balancer !== undefined)) {
      return this.#turns.choose(service, found, except);
    }
    const { balancer, outliers } = route;
    if (except.length === 0) atTheEnd(exchange, (ending) => this.#settle(exchange, outliers, ending));
    else this.#leaveFailed(exchange, outliers);
    const others = except.length === 0 ? found : found.filter(({ id }) => !except.some((tried) => tried.id === id));
    const candidates = outliers === undefined ? others : this.loads.withoutOutliers(others, this.now());
    if (candidates.length === 0) return undefined;
    const chosen = balancer?.(candidates, exchange, this.loads) ?? this.#turns.choose(service, candidates);
    if (chosen === undefined) return undefined;
    exchange.load = this.loads.of(chosen);
    exchange.load.outstanding += 1;
    return chosen;
  }

  #leaveFailed(exchange: Exchange, outliers: OutlierRule | undefined): void {
    const load = leave(exchange);
    if (outliers !== undefined) load?.fail(outliers, this.now());
  }

  #settle(exchange: Exchange, outliers: OutlierRule | undefined, ending: ExchangeEnding): void {
    const load = leave(exchange);
    if (load === undefined || outliers === undefined) return;
    const verdict = verdictOn(ending);
    if (verdict === 'failed') load.fail(outliers, this.now());
    else if (verdict === 'fine') load.succeed();
  }
}

function leave(exchange: Exchange): InstanceLoad | undefined {
  const { load } = exchange;
  if (load !== undefined) load.outstanding -= 1;
  exchange.load = undefined;
  return load;
}

/** What the end of a request says about the instance that had it. */
function verdictOn({ status, reason }: ExchangeEnding): 'fine' | 'failed' | 'nothing' {
  if (reason === undefined) return status >= 500 ? 'failed' : 'fine';
  return upstreamsFault.has(reason) ? 'failed' : 'nothing';
}

const upstreamsFault: ReadonlySet<string> = new Set([
  'upstream-failed',
  'upstream-timeout',
  'upstream-died',
  'upstream-stalled',
]);

const none: readonly Instance[] = [];
