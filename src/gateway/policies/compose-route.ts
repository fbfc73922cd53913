import type { Route } from '@mscli/runtime/discovery';
import { RetryBudget } from '@mscli/runtime/policies';
import type { RoutePass } from '../admission/pass.js';
import { problem } from '../answers/problem.js';
import type { Balancer } from '../balancing/balancer.js';
import { leastOutstanding } from '../balancing/least-outstanding.js';
import { rendezvous } from '../balancing/rendezvous.js';
import { twoChoices } from '../balancing/two-choices.js';
import type { AnswerPass } from '../serving/answer-sink.js';
import type { Authorities } from '../upstream/trusted-authorities.js';
import { answerOrigins } from './answer-origins.js';
import { type CachePasses, cacheAnswers } from './cache-answers.js';
import { composeConcurrency, composeRateLimit } from './compose-limits.js';
import { composeTokenCheck } from './compose-token-check.js';
import { compressAnswers } from './compress-answers.js';
import { Coders } from './compression/coders.js';
import { divert } from './divert.js';
import { editFields } from './edit-fields.js';
import { keepOut } from './keep-out.js';
import type { KeptState } from './kept-state.js';
import { limitBody } from './limit-body.js';
import type { Limiters } from './limits/limiters.js';
import { mirrorRequests } from './mirror-requests.js';
import { type PassName, passOrder, settingOf } from './order.js';
import { keyReader } from './read-key.js';
import { readPolicies } from './read-policies.js';
import type { RetryRule } from './retries.js';
import { rewritePrefix } from './rewrite-prefix.js';
import { bareRoute, type RouteTimeouts, type ServedRoute } from './served-route.js';
import type { RoutePolicies } from './settings/route-policies.js';
import { bytes, milliseconds } from './settings/units.js';

/** What composing needs of the gateway. */
export interface Surroundings {
  readonly state: KeptState;
  /** The origin of some instance of a service. */
  locate(service: string): string | undefined;
  /** Whom services with https URLs must be vouched for by. */
  readonly authorities: Authorities;
  readonly limiters: Limiters;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Monotonic, in milliseconds. */
  now(): number;
  random(): number;
}

/**
 * A route with its passes, made once for each table. A route whose policies cannot be read is not served, and its path goes
 * to no other route either, for it may have been there to keep something out.
 */
export function composeRoute(route: Route, surroundings: Surroundings): { route: ServedRoute; faults: string[] } {
  const { policies, faults } = readPolicies(route);
  if (policies === undefined) return { route: closed(route), faults };
  try {
    return { route: { ...bareRoute(route), ...served(route, policies, surroundings) }, faults };
  } catch (error) {
    return { route: closed(route), faults: [`The route ${route.path} is closed: ${(error as Error).message}`] };
  }
}

function closed(route: Route): ServedRoute {
  const answer = problem('route-faulty', `The route ${route.path} is closed until its configuration is corrected.`);
  return { ...bareRoute(route), passes: [() => answer] };
}

function served(route: Route, policies: RoutePolicies, surroundings: Surroundings): Partial<ServedRoute> {
  const { outliers, maxBody, rewritePrefix: prefix } = policies;
  const { balance = 'round-robin' } = policies;
  const cache = cacheOf(route, policies, surroundings);
  return {
    passes: passOrder.flatMap((name) => {
      const setting = settingOf(policies, name);
      if (setting === undefined) return [];
      const place = `${name} ${route.path} ${route.service}`;
      if (name === 'cache') return [given(cache).look];
      const make = () => composePass({ name, place, route }, policies, surroundings);
      return [surroundings.state.keep(place, setting, make)];
    }),
    answerPasses: [...(cache === undefined ? [] : [cache.store]), ...compressionOf(route, policies, surroundings)],
    hidesPrefix: route.stripPrefix || prefix !== undefined,
    balancer: surroundings.state.keep(`balance ${route.path}`, balance, () => balancerOf(balance, surroundings)),
    outliers: outliers && { failures: outliers.failures, forMs: milliseconds(outliers.for) },
    countsLoad: balance === 'least-outstanding' || balance === 'two-choices',
    timeouts: timeoutsOf(policies),
    maxBodyBytes: maxBody === undefined ? undefined : bytes(maxBody),
    retries: surroundings.state.keep(`retries ${route.path}`, policies.retries, () =>
      retriesOf(policies, surroundings),
    ),
  };
}

interface Position {
  name: Exclude<PassName, 'cache'>;
  /** No other pass has it. */
  place: string;
  route: Route;
}

function composePass({ name, place, route }: Position, policies: RoutePolicies, surroundings: Surroundings): RoutePass {
  const { cors, maintenance, maxBody, rateLimit, jwt, concurrency, canary, headers, rewritePrefix: prefix } = policies;
  switch (name) {
    case 'cors':
      return answerOrigins(given(cors));
    case 'maintenance':
      return keepOut(given(maintenance));
    case 'maxBody':
      return limitBody(bytes(given(maxBody)));
    case 'rateLimit':
    case 'rateLimitByClaim':
      return composeRateLimit(place, given(rateLimit), surroundings.limiters);
    case 'jwt':
      return composeTokenCheck(given(jwt), surroundings);
    case 'concurrency':
      return composeConcurrency(place, given(concurrency), surroundings.limiters);
    case 'canary':
      return divert(given(canary), surroundings.random);
    case 'headers':
      return editFields(given(headers));
    case 'mirror':
      return mirrorRequests(given(policies.mirror), surroundings.random);
    case 'rewritePrefix':
      return rewritePrefix(route.path, given(prefix));
    default:
      return name satisfies never;
  }
}

/** Kept as long as the service is asked in the same way. */
function cacheOf(route: Route, policies: RoutePolicies, { state }: Surroundings): CachePasses | undefined {
  const { cache, compression, headers, rewritePrefix: prefix } = policies;
  if (cache === undefined) return undefined;
  const asked = { cache, compression, request: headers?.request, prefix, stripPrefix: route.stripPrefix };
  return state.keep(`answers ${route.path} ${route.service}`, asked, () => cacheAnswers(cache, compression));
}

function compressionOf(route: Route, { compression }: RoutePolicies, { state }: Surroundings): AnswerPass[] {
  if (compression === undefined) return [];
  const coders = state.keep('coders', {}, () => new Coders());
  return [state.keep(`compression ${route.path}`, compression, () => compressAnswers(compression, coders))];
}

function given<T>(setting: T | undefined): T {
  if (setting === undefined) throw new Error('a pass has no settings');
  return setting;
}

function balancerOf(balance: string, { random }: Surroundings): Balancer | undefined {
  switch (balance) {
    case 'round-robin':
      return undefined;
    case 'least-outstanding':
      return leastOutstanding();
    case 'two-choices':
      return twoChoices(random);
    default:
      return rendezvous(keyReader(balance));
  }
}

function timeoutsOf({ timeouts }: RoutePolicies): RouteTimeouts | undefined {
  if (timeouts === undefined) return undefined;
  const { connect, firstByte, idle, total } = timeouts;
  const read = (text: string | undefined) => (text === undefined ? undefined : milliseconds(text));
  return { connectMs: read(connect), firstByteMs: read(firstByte), idleMs: read(idle), totalMs: read(total) };
}

function retriesOf({ retries }: RoutePolicies, { now }: Surroundings): RetryRule | undefined {
  if (retries === undefined) return undefined;
  return { attempts: retries.attempts, statuses: new Set(retries.on), budget: new RetryBudget({ now }) };
}
