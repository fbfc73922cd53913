import type { RoutePass } from '../admission/pass.js';
import type { Exchange } from '../exchange.js';
import { fromPairs } from '../headers/fields.js';
import { firstValue, type RawHeaders } from '../headers/raw-headers.js';
import type { AnswerPass } from '../serving/answer-sink.js';
import { keyOf, ResponseCache } from './cache/response-cache.js';
import { codingChooser } from './compression/coding-chooser.js';
import type { RoutePolicies } from './settings/route-policies.js';
import { bytes, milliseconds } from './settings/units.js';

/** A route's cache: the pass that looks into it and the one that fills it. */
export interface CachePasses {
  look: RoutePass;
  store: AnswerPass;
}

/** What the route compresses is stored so as well. */
export function cacheAnswers(
  settings: NonNullable<RoutePolicies['cache']>,
  compression: RoutePolicies['compression'],
): CachePasses {
  const { for: lifetime, staleIfError, maxEntry, maxBytes, maxEntries, wait } = settings;
  const cache = new ResponseCache({
    rule: {
      forMs: lifetime === undefined ? undefined : milliseconds(lifetime),
      staleIfErrorMs: staleIfError === undefined ? 0 : milliseconds(staleIfError),
    },
    maxEntryBytes: bytes(maxEntry),
    maxBytes: bytes(maxBytes),
    maxEntries,
    waitMs: milliseconds(wait),
    chooseCoding: compression && codingChooser(compression),
    clock: { wall: Date.now, monotonic: () => performance.now() },
  });
  return {
    look: (exchange) => {
      if (exchange.method === 'GET' || exchange.method === 'HEAD') return cache.look(exchange);
      if (!safe.has(exchange.method)) exchange.cache = invalidating(cache, exchange);
      return undefined;
    },
    store: (answer, { cache: visit }, original) => {
      if (visit === undefined) return { answer };
      const through = visit.passing?.(original, answer.framing);
      const fields = fromPairs([...answer.fields.pairs, 'Cache-Status', `mscli; ${visit.status}`]);
      return { answer: { ...answer, fields }, through };
    },
  };
}

/** RFC 9111 §4.4: what an unsafe method has changed is no longer as it was stored. */
function invalidating(cache: ResponseCache, exchange: Exchange): NonNullable<Exchange['cache']> {
  // The service may see another path.
  const { path, query } = exchange;
  return {
    outcome: 'bypass',
    status: 'fwd=method',
    passing: ({ status, headers }) => {
      if (status >= 400) return undefined;
      for (const target of [path + query, ...namedTargets(exchange, path, headers)])
        cache.invalidate(keyOf(exchange, target));
      return undefined;
    },
  };
}

/** What the answer names on the same host. */
function namedTargets({ host, peer }: Exchange, path: string, answer: RawHeaders): string[] {
  const targets: string[] = [];
  const base = `${peer.protocol}://${host}`;
  for (const name of ['location', 'content-location']) {
    const named = firstValue(answer, name);
    if (named === undefined || !URL.canParse(named, base + path)) continue;
    const url = new URL(named, base + path);
    if (url.host === host?.toLowerCase()) targets.push(url.pathname + url.search);
  }
  return targets;
}

const safe: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE']);
