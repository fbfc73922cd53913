import type { RoutePass } from '../admission/pass.js';
import { type Problem, problem } from '../answers/problem.js';
import type { Exchange } from '../exchange.js';
import { bearerToken } from './jwt/bearer-token.js';
import { addClaimFields } from './jwt/claim-fields.js';
import type { Verdict, Verify } from './jwt/verifier.js';
import { RecentMap } from './limits/recent-map.js';

export interface TokenCheck {
  verify: Verify;
  /** Changes when tokens must be verified anew. */
  version(): number;
  forward: readonly string[];
  optional: boolean;
  clockToleranceMs: number;
  /** Milliseconds since 1970. */
  now(): number;
}

const MOST_TOKENS = 5_000;
const RETRY_AFTER_SECONDS = 5;

interface Known {
  claims: Readonly<Record<string, unknown>>;
  until: number;
}

/**
 * Lets the bearers of valid tokens pass, and the service know what the token says. A token that was verified is remembered
 * until it expires, so that the same client costs one verification.
 */
export function checkToken(check: TokenCheck): RoutePass {
  const known = new RecentMap<string, Known>(MOST_TOKENS);
  let version = check.version();
  const accept = (exchange: Exchange, claims: Known['claims']): undefined => {
    exchange.claims = claims;
    exchange.requestEdits = addClaimFields(exchange.requestEdits, claims, check.forward);
  };
  const judge = (exchange: Exchange, token: string, verdict: Verdict): Problem | undefined => {
    switch (verdict.kind) {
      case 'valid': {
        const until = Number(verdict.claims.exp) * 1000 + check.clockToleranceMs;
        known.set(token, { claims: verdict.claims, until });
        return accept(exchange, verdict.claims);
      }
      case 'invalid':
        return unauthorized(verdict.reason);
      case 'no-keys':
        return problem('keys-unavailable', 'Nobody can check the token at the moment.', {
          retryAfterSeconds: RETRY_AFTER_SECONDS,
          cause: verdict.cause,
        });
      default:
        return verdict satisfies never;
    }
  };
  return (exchange) => {
    const found = bearerToken(exchange.headers);
    if (found === undefined) return check.optional ? undefined : unauthorized(undefined);
    if ('refused' in found) return unauthorized(found.refused);
    const { token } = found;
    if (version !== check.version()) {
      version = check.version();
      known.clear();
    }
    const earlier = known.get(token);
    if (earlier !== undefined && check.now() < earlier.until) return accept(exchange, earlier.claims);
    if (earlier !== undefined) known.delete(token);
    return check.verify(token).then((verdict) => judge(exchange, token, verdict));
  };
}

/** RFC 6750 §3: without a token there is no error to speak of. */
function unauthorized(reason: string | undefined): Problem {
  const challenge = 'Bearer realm="mscli"';
  if (reason === undefined) {
    return problem('unauthorized', 'This route wants a bearer token.', { fields: ['WWW-Authenticate', challenge] });
  }
  return problem('unauthorized', `The token is not accepted: ${reason}.`, {
    fields: ['WWW-Authenticate', `${challenge}, error="invalid_token", error_description="${reason}"`],
  });
}
