import type { JSONWebKeySet, JWTVerifyGetKey, JWTVerifyOptions } from 'jose';
import type { KeySet } from './key-set.js';

/** What came of a token. */
export type Verdict =
  | { kind: 'valid'; claims: Readonly<Record<string, unknown>> }
  /** `reason` is for whoever sent it, and says nothing about keys. */
  | { kind: 'invalid'; reason: string }
  | { kind: 'no-keys'; cause: Error };

/** Verifies tokens; never rejects. */
export type Verify = (token: string) => Promise<Verdict>;

/** Verifies by a shared secret, with HS256 and nothing else. */
export function bySecret(secret: string, options: JWTVerifyOptions): Verify {
  const key = new TextEncoder().encode(secret);
  return async (token) => {
    const { jwtVerify } = await import('jose');
    return settle(jwtVerify(token, key, { ...options, algorithms: ['HS256'] }));
  };
}

/** Verifies by public keys; a token of a key that is not known has the keys looked for anew. */
export function byKeySet(keySet: KeySet, options: JWTVerifyOptions): Verify {
  const readers = new WeakMap<JSONWebKeySet, JWTVerifyGetKey>();
  const verify = async (token: string): Promise<Verdict> => {
    const { createLocalJWKSet, jwtVerify } = await import('jose');
    const keys = await keySet.current().catch((cause: Error) => cause);
    if (keys instanceof Error) return { kind: 'no-keys', cause: keys };
    const reader = readers.get(keys) ?? createLocalJWKSet(keys);
    readers.set(keys, reader);
    return settle(jwtVerify(token, reader, options));
  };
  return async (token) => {
    const { version } = keySet;
    const verdict = await verify(token);
    if (verdict.kind !== 'invalid' || verdict.reason !== unknownKey) return verdict;
    // The first fetch of all was for this very token.
    return (await keySet.renew(version === 0 ? keySet.version : version)) ? verify(token) : verdict;
  };
}

const unknownKey = 'it is signed with an unknown key';

/** By the codes of jose's errors; what they say besides may tell more than it should. */
const reasons: Readonly<Record<string, string>> = {
  ERR_JWT_EXPIRED: 'it has expired',
  ERR_JWT_CLAIM_VALIDATION_FAILED: 'a claim is missing or is not the expected one',
  ERR_JWS_SIGNATURE_VERIFICATION_FAILED: 'its signature is not valid',
  ERR_JWKS_NO_MATCHING_KEY: unknownKey,
  ERR_JWKS_MULTIPLE_MATCHING_KEYS: 'it does not say by which key it is signed',
  ERR_JOSE_ALG_NOT_ALLOWED: 'its algorithm is not accepted',
};

async function settle(verified: Promise<{ payload: object }>): Promise<Verdict> {
  try {
    return { kind: 'valid', claims: { ...(await verified).payload } };
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === undefined) return { kind: 'invalid', reason: 'its key cannot be used' };
    return { kind: 'invalid', reason: reasons[code] ?? 'it is not a signed JWT' };
  }
}
