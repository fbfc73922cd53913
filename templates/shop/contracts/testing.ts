import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { accessToken } from './access-token.js';

/** A signed-in user for tests: the header to send, and the keys that auth-service would answer with. */
export async function signIn(userId: string) {
  const { privateKey, publicKey } = await generateKeyPair(accessToken.algorithm);
  const token = await new SignJWT()
    .setProtectedHeader({ alg: accessToken.algorithm, kid: 'test' })
    .setSubject(userId)
    .setIssuer(accessToken.issuer)
    .setAudience(accessToken.audience)
    .setIssuedAt()
    .setExpirationTime(accessToken.lifetime)
    .sign(privateKey);
  return { headers: { authorization: `Bearer ${token}` }, keys: { keys: [{ ...(await exportJWK(publicKey)), kid: 'test' }] } };
}
