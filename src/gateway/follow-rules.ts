import type { Breakers } from '@mscli/runtime/breaker';
import { type Discovery, type DiscoveryFile, resolve } from '@mscli/runtime/discovery';
import type { Rules } from './admission/pass.js';
import type { ComingInstances } from './balancing/coming-instances.js';
import { InstanceChooser } from './balancing/instance-chooser.js';
import { RoundRobin } from './balancing/round-robin.js';
import type { Log } from './log.js';
import type { Limiters } from './policies/limits/limiters.js';
import { type ComposedRoutes, RouteComposer } from './policies/route-composer.js';
import type { ServedRoute } from './policies/served-route.js';
import { underMaintenance } from './policies/under-maintenance.js';
import { buildRouteTable, type RouteTable } from './routing/route-table.js';
import type { Authorities } from './upstream/trusted-authorities.js';

/** The rules as the discovery file has them, now and at each change, until they are disposed of. */
export async function followRules(
  discovery: DiscoveryFile,
  {
    authorities,
    breakers,
    coming,
    limiters,
    log,
    own,
  }: {
    authorities: Authorities;
    breakers: Breakers;
    coming: ComingInstances;
    limiters: Limiters;
    log: Log;
    own: readonly ServedRoute[];
  },
): Promise<Rules & Disposable> {
  const instancesOf = (service: string) => resolve(discovery.snapshot, service);
  const chooser = new InstanceChooser(instancesOf);
  const table = new FollowedTable(composerFor(instancesOf, { authorities, limiters }), own, log);
  const subscription = discovery.subscribe((snapshot) => {
    chooser.loads.keep((id) => snapshot.instances[id] !== undefined);
    table.follow(snapshot);
    coming.follow(snapshot);
  });
  await table.composing;
  return {
    get routes() {
      return table.current;
    },
    nextInstance: (exchange, except) => chooser.choose(exchange, except),
    nextComing: (service) => coming.wait(service),
    isServed: (service) => instancesOf(service).length > 0,
    breakerFor: (service) => breakers.for(service),
    [Symbol.dispose]: () => subscription[Symbol.dispose](),
  };
}

function composerFor(
  instancesOf: (service: string) => ReturnType<typeof resolve>,
  { authorities, limiters }: { authorities: Authorities; limiters: Limiters },
): RouteComposer {
  const turns = new RoundRobin();
  return new RouteComposer({
    locate: (service) => turns.choose(service, instancesOf(service))?.url,
    authorities,
    limiters,
    env: process.env,
    now: () => performance.now(),
    random: Math.random,
  });
}

/** The table of the newest routes that could be composed; while that takes time, the one before. */
class FollowedTable {
  current: RouteTable<ServedRoute> = buildRouteTable<ServedRoute>([]);
  composing: Promise<void> | undefined;
  #source: string | undefined;

  constructor(
    readonly composer: RouteComposer,
    /** The gateway's own, which give way to the others. */
    readonly own: readonly ServedRoute[],
    readonly log: Log,
  ) {}

  follow(snapshot: Readonly<Discovery>): void {
    const routes = underMaintenance(snapshot.routes, snapshot);
    const source = JSON.stringify(routes);
    if (source === this.#source) return;
    this.#source = source;
    const composed = this.composer.compose(routes);
    if (!(composed instanceof Promise)) {
      this.#take(composed);
      return;
    }
    this.composing = composed.then(
      (late) => {
        if (source === this.#source) this.#take(late);
      },
      (error: Error) => this.log({ level: 'error', msg: 'the routes cannot be served', cause: error.message }),
    );
  }

  #take({ routes, faults }: ComposedRoutes): void {
    this.current = buildRouteTable([...routes, ...this.own]);
    for (const fault of [...faults, ...this.current.faults]) this.log({ level: 'warn', msg: fault });
  }
}
