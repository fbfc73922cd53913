import type { RoutePass } from '../admission/pass.js';
import { checkToken } from './check-token.js';
import type { Surroundings } from './compose-route.js';
import { keysFrom } from './jwt/fetch-keys.js';
import { KeySet } from './jwt/key-set.js';
import { byKeySet, bySecret } from './jwt/verifier.js';
import type { RoutePolicies } from './settings/route-policies.js';
import { milliseconds } from './settings/units.js';

/** RFC 7518 §3.2: a key of HS256 has at least 256 bits. */
const LEAST_SECRET_BYTES = 32;

/** The check of tokens as a route configures it. Routes with the same `jwks` share the keys. Throws without its secret. */
export function composeTokenCheck(settings: NonNullable<RoutePolicies['jwt']>, surroundings: Surroundings): RoutePass {
  const { issuer, audience, algorithms, clockTolerance, forward, optional, jwks, secret } = settings;
  const clockToleranceMs = milliseconds(clockTolerance);
  const options = { issuer, audience, clockTolerance: clockToleranceMs / 1000, requiredClaims: ['exp'] };
  const shared = { forward, optional, clockToleranceMs, now: Date.now };
  if (jwks === undefined) {
    return checkToken({ ...shared, verify: bySecret(secretOf(secret, surroundings), options), version: () => 0 });
  }
  const keySet = surroundings.state.keep('jwks', jwks, () => new KeySet(keysFrom(jwks, surroundings)));
  const verify = byKeySet(keySet, { ...options, algorithms: [...algorithms] });
  return checkToken({ ...shared, verify, version: () => keySet.version });
}

function secretOf(name: string | undefined, { env }: Surroundings): string {
  const secret = name === undefined ? undefined : env[name];
  if (!secret)
    throw new Error(`${name}, which holds the secret of its tokens, is not set in the gateway's environment.`);
  if (Buffer.byteLength(secret) < LEAST_SECRET_BYTES) {
    throw new Error(`the secret in ${name} is shorter than ${LEAST_SECRET_BYTES} bytes.`);
  }
  return secret;
}
