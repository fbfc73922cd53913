import { createHash } from 'node:crypto';
import type { RoutePass } from '../admission/pass.js';
import { type Problem, problem } from '../answers/problem.js';
import type { Exchange } from '../exchange.js';
import { appendField } from '../headers/field-edits.js';
import { limitUnknown } from './limits/limit-unknown.js';
import type { Buckets } from './limits/limiters.js';
import type { BucketRule, Draw } from './limits/token-buckets.js';
import { keyReader, networkOf } from './read-key.js';
import type { RoutePolicies } from './settings/route-policies.js';
import { milliseconds } from './settings/units.js';

type Settings = NonNullable<RoutePolicies['rateLimit']>;

/**
 * A token bucket for each client; 429 when it is empty. Every answer says where the client stands, in the fields of
 * draft-ietf-httpapi-ratelimit-headers-10. Where a request does not have the key its address counts, so that leaving it out
 * wins nothing.
 */
export function limitRate(settings: Settings, buckets: Buckets): RoutePass {
  const { per, by } = settings;
  const { requests, perMs, burst } = bucketRule(settings);
  const readKey = keyReader(by);
  const policy = `"gateway";q=${burst};w=${Math.max(1, Math.round((perMs * burst) / requests / 1000))}`;
  const tell = (exchange: Exchange, draw: Draw | undefined): Problem | undefined => {
    if (draw === undefined) return limitUnknown();
    const { allowed, remaining, fullInMs, retryInMs } = draw;
    exchange.answerEdits = appendField(exchange.answerEdits, 'RateLimit-Policy', policy);
    const standing = `"gateway";r=${remaining};t=${Math.ceil((allowed ? fullInMs : retryInMs) / 1000)}`;
    exchange.answerEdits = appendField(exchange.answerEdits, 'RateLimit', standing);
    if (allowed) return undefined;
    return problem(
      'rate-limited',
      `A client may make ${requests} requests every ${per}, ${burst} at once; this one has made more.`,
      {
        retryAfterSeconds: Math.max(1, Math.ceil(retryInMs / 1000)),
      },
    );
  };
  return (exchange) => {
    const named = readKey(exchange);
    const key = named === undefined ? `ip ${networkOf(exchange.peer.address)}` : `key ${shortened(named)}`;
    const draw = buckets.take(key);
    return draw instanceof Promise ? draw.then((late) => tell(exchange, late)) : tell(exchange, draw);
  };
}

export function bucketRule({ requests, per, burst = requests }: Settings): BucketRule {
  return { requests, perMs: milliseconds(per), burst };
}

/** Long keys, tokens for example, often begin alike. */
function shortened(key: string): string {
  return key.length <= LONGEST_KEY ? key : createHash('sha256').update(key).digest('base64');
}

const LONGEST_KEY = 64;
