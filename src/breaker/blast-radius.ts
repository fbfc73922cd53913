import type { Discovery, Route } from '@mscli/runtime/discovery';
import { callersOf } from './callers.js';
import { type BreakerName, GATEWAY } from './check-breaker-name.js';

/** Who feels it when calls are stopped or let through. */
export interface BlastRadius {
  /** Those whose calls are meant, and how many instances of each run. */
  callers: { service: string; instances: number }[];
  /** The gateway's routes: those whose own calls are meant, and those that lead to a service that feels it. */
  routes: { path: string; service: string; isDirect: boolean }[];
  /** Such as `order-service.order.placed`: a handler of a service that feels it. */
  subscriptions: string[];
  /** Of the services that feel it. */
  sagas: { service: string; name: string }[];
}

/** What of mscli.yaml tells who calls whom. */
export interface CallGraphSource {
  routes: readonly Route[];
  services: Readonly<Record<string, { dependsOn: readonly string[] }>>;
}

/**
 * Who will feel it, as far as it is known: from the breakers that have been used, from `dependsOn` and the routes in mscli.yaml, and from
 * what the services have told of their subscriptions and sagas. It may name more than in the end call; a service that was
 * never started is not known.
 */
export function blastRadius(
  { caller, callee }: BreakerName,
  snapshot: Readonly<Discovery>,
  source: CallGraphSource,
): BlastRadius {
  const edges = edgesOf(snapshot, source);
  const isMeant = (name: string) => callee === '*' || name === callee;
  const named = caller === '*' ? edges.filter((edge) => isMeant(edge.callee)).map((edge) => edge.caller) : [caller];
  const callers = [...new Set(named)].sort();
  const feeling = withTheirCallers(callers, edges).filter((service) => service !== GATEWAY);
  const routes = source.routes.flatMap(({ path, service }) => {
    const isDirect = callers.includes(GATEWAY) && isMeant(service);
    return isDirect || feeling.includes(service) ? [{ path, service, isDirect }] : [];
  });
  return {
    callers: callers.map((service) => ({
      service,
      instances: callersOf(snapshot, { caller: service, callee }).length,
    })),
    routes,
    subscriptions: feeling.flatMap((service) =>
      (snapshot.reactions[service]?.subscriptions ?? []).map((name) => `${service}.${name}`),
    ),
    sagas: feeling.flatMap((service) => (snapshot.reactions[service]?.sagas ?? []).map((name) => ({ service, name }))),
  };
}

function edgesOf({ breakers }: Readonly<Discovery>, { routes, services }: CallGraphSource): BreakerName[] {
  const used = Object.values(breakers).flatMap((reports) => Object.keys(reports));
  const seen = used.flatMap((name) => {
    const [caller, callee] = name.split('->');
    return caller && callee ? [{ caller, callee }] : [];
  });
  const depending = Object.entries(services).flatMap(([caller, { dependsOn }]) =>
    dependsOn.map((callee) => ({ caller, callee })),
  );
  return [...seen, ...depending, ...routes.map(({ service }) => ({ caller: GATEWAY, callee: service }))];
}

/** Whoever calls a service that cannot do its work feels it, too. */
function withTheirCallers(services: readonly string[], edges: readonly BreakerName[]): string[] {
  const found = new Set(services);
  for (const callee of found) {
    for (const edge of edges) if (edge.callee === callee) found.add(edge.caller);
  }
  return [...found].sort();
}
