import type { RequestListener } from 'node:http';
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { GatewaySettings } from '../../../../src/gateway/settings/gateway-settings.js';
import { certificateFolder } from '../../setup/certificate.js';
import { httpsUpstream } from '../../setup/https-upstream.js';
import { TestStack } from '../../setup/stack.js';
import { addInstance, testGateway } from '../../setup/test-gateway.js';
import { deadUrl, httpUpstream } from '../../setup/upstream.js';

type Key = Awaited<ReturnType<typeof newKey>>;

const stack = new TestStack();
afterEach(() => stack.end());

const issuer = 'https://auth.example';
const audience = 'shop';
let first: Key;
let second: Key;

beforeAll(async () => {
  [first, second] = await Promise.all([newKey('first'), newKey('second')]);
});

async function newKey(kid: string) {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
  const jwk = { ...(await exportJWK(publicKey)), kid, alg: 'ES256', use: 'sig' };
  return { kid, privateKey, jwk };
}

function sign(key: Key, claims: JWTPayload = {}, lifetime = '1m', alg = 'ES256'): Promise<string> {
  const jwt = new SignJWT({ sub: 'alice', iss: issuer, aud: audience, ...claims }).setProtectedHeader({
    alg,
    kid: key.kid,
  });
  return jwt.setExpirationTime(lifetime).sign(key.privateKey);
}

/** A gateway with a guarded and an open route, a service that tells its headers, and one that gives the keys. */
async function guarded(policies: object = {}, settings: GatewaySettings = {}) {
  const fetches: string[] = [];
  const published: { keys: Key[]; fails: boolean } = { keys: [first], fails: false };
  const auth = stack.use(
    await httpUpstream((incoming, outgoing) => {
      fetches.push(incoming.url ?? '');
      if (published.fails) outgoing.writeHead(500).end();
      else outgoing.end(JSON.stringify({ keys: published.keys.map(({ jwk }) => jwk) }));
    }),
  );
  const upstream = stack.use(
    await httpUpstream((incoming, outgoing) => outgoing.end(JSON.stringify(incoming.headers))),
  );
  const jwt = { jwks: 'auth-service/.well-known/jwks.json', issuer, audience, forward: ['sub', 'role'], ...policies };
  const gateway = stack.use(
    await testGateway(
      { '/guarded': { urls: [upstream.url], policies: { jwt } }, '/open': { urls: [upstream.url] } },
      { settings },
    ),
  );
  await gateway.update((draft) => void addInstance(draft, 'auth-service', auth.url, 1));
  const get = (token: string | undefined, headers: Record<string, string> = {}, path = '/guarded') =>
    fetch(`${gateway.url}${path}`, {
      headers: { ...headers, ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
    });
  return { gateway, get, published, fetches, auth };
}

describe('a token', () => {
  it('lets its bearer pass, and tells the service what it says', async () => {
    const { get, fetches } = await guarded();
    const token = await sign(first, { role: ['admin', 'buyer'] });
    for (let n = 0; n < 3; n++) {
      const response = await get(token);
      expect(response.status).toBe(200);
      expect(await response.json()).toMatchObject({ 'x-jwt-sub': 'alice', 'x-jwt-role': '["admin","buyer"]' });
    }
    expect(fetches).toEqual(['/.well-known/jwks.json']);
  });

  it('that is missing is asked for, without an error', async () => {
    const { get } = await guarded();
    const response = await get(undefined);
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe('Bearer realm="mscli"');
    expect(await response.json()).toMatchObject({ type: 'urn:mscli:problem:unauthorized', status: 401 });
  });

  it('may be missing where it is optional, and must be valid where it is there', async () => {
    const { get } = await guarded({ optional: true });
    const response = await get(undefined, { 'x-jwt-sub': 'admin' });
    expect([response.status, await response.json()]).toEqual([
      200,
      expect.not.objectContaining({ 'x-jwt-sub': 'admin' }),
    ]);
    expect((await get('nonsense')).status).toBe(401);
  });

  it.each<[string, () => Promise<string>, string]>([
    ['that has expired', () => sign(first, {}, '-1m'), 'it has expired'],
    [
      'of another issuer',
      () => sign(first, { iss: 'https://evil.example' }),
      'a claim is missing or is not the expected',
    ],
    ['for another audience', () => sign(first, { aud: 'bank' }), 'a claim is missing or is not the expected'],
    ['that is not valid yet', () => sign(first, { nbf: Date.now() / 1000 + 3600 }), 'a claim is missing or is not'],
    ['of an unknown key', () => sign(second), 'it is signed with an unknown key'],
    ['of another key with that name', () => sign({ ...second, kid: 'first' }), 'its signature is not valid'],
    ['that never expires', neverExpiring, 'a claim is missing or is not the expected'],
    ['that is not signed', unsigned, 'is not accepted'],
    ['that is signed with the public key as a secret', confused, 'is not accepted'],
    ['that is none', async () => 'a.b.c', 'it is not a signed JWT'],
  ])('%s is refused', async (_, make, reason) => {
    const { get } = await guarded();
    const response = await get(await make());
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toMatch(
      /^Bearer realm="mscli", error="invalid_token", error_description="/,
    );
    expect(await response.json()).toMatchObject({ detail: expect.stringContaining(reason) });
  });

  it('that was accepted is refused once it has expired', async () => {
    const { get } = await guarded({ clockTolerance: '1ms' });
    const token = await sign(first, {}, '1s');
    expect((await get(token)).status).toBe(200);
    await expect.poll(async () => (await get(token)).status, { timeout: 10_000, interval: 100 }).toBe(401);
  });
});

function neverExpiring(): Promise<string> {
  return new SignJWT({ iss: issuer, aud: audience })
    .setProtectedHeader({ alg: 'ES256', kid: first.kid })
    .sign(first.privateKey);
}

async function unsigned(): Promise<string> {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const exp = Math.floor(Date.now() / 1000) + 60;
  return `${part({ alg: 'none' })}.${part({ sub: 'alice', iss: issuer, aud: audience, exp })}.`;
}

function confused(): Promise<string> {
  const secret = new TextEncoder().encode(JSON.stringify(first.jwk));
  return new SignJWT({ sub: 'alice', iss: issuer, aud: audience })
    .setProtectedHeader({ alg: 'HS256', kid: first.kid })
    .setExpirationTime('1m')
    .sign(secret);
}

describe('claim headers', () => {
  it.each(['x-jwt-sub', 'X-JWT-Role', 'x_jwt_sub', 'x-jwt_sub', 'x-jwt-anything'])(
    'of a client never reach a service on any route: %s',
    async (name) => {
      const { get } = await guarded();
      const token = await sign(first);
      for (const [path, bearer] of [
        ['/guarded', token],
        ['/open', undefined],
      ] as const) {
        const seen = await (await get(bearer, { [name]: 'forged' }, path)).text();
        expect(seen).not.toContain('forged');
      }
    },
  );

  it('cannot be taken off by naming them in Connection', async () => {
    const { gateway } = await guarded();
    const { exchangeBytes } = await import('../../setup/raw-client.js');
    const fields = `Authorization: Bearer ${await sign(first)}\r\nConnection: close, x-jwt-sub\r\n`;
    const { text } = await exchangeBytes(gateway.port, `GET /guarded HTTP/1.1\r\nHost: a\r\n${fields}\r\n`);
    expect(text).toContain('"x-jwt-sub":"alice"');
  });
});

describe('keys', () => {
  it('that are new are found, and those that are gone are forgotten with their tokens', async () => {
    const { get, published } = await guarded();
    const [old, fresh] = await Promise.all([sign(first), sign(second)]);
    expect((await get(old)).status).toBe(200);
    published.keys = [second];
    // The keys are not looked for again within 5 s.
    await expect.poll(async () => (await get(fresh)).status, { timeout: 12_000, interval: 200 }).toBe(200);
    expect((await get(old)).status).toBe(401);
  });

  it('that could be had once go on while nobody gives them', async () => {
    const { get, auth, gateway } = await guarded();
    expect((await get(await sign(first))).status).toBe(200);
    await auth[Symbol.asyncDispose]();
    await gateway.update((draft) => {
      delete draft.instances['auth-service-1'];
    });
    expect((await get(await sign(first, { sub: 'bob' }))).status).toBe(200);
  });

  it('that cannot be had are no fault of the client: 503, with the cause in the log alone', async () => {
    const { get, gateway } = await guarded({ jwks: 'missing-service/keys' });
    const response = await get(await sign(first));
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '5']);
    const body = await response.text();
    expect(body).toContain('urn:mscli:problem:keys-unavailable');
    expect(body).not.toContain('missing-service');
    await expect.poll(() => gateway.requests()).toHaveLength(1);
    expect(gateway.requests()[0]).toMatchObject({
      reason: 'keys-unavailable',
      cause: 'no instance of missing-service is ready to give its keys',
    });
  });

  it('come from a URL too', async () => {
    const url = `${await deadUrl()}/keys`;
    const { get } = await guarded({ jwks: url });
    expect((await get(await sign(first))).status).toBe(503);
    const other = stack.use(await httpUpstream((_, outgoing) => outgoing.end(JSON.stringify({ keys: [first.jwk] }))));
    const { get: getOther } = await guarded({ jwks: `${other.url}/keys` });
    expect((await getOther(await sign(first))).status).toBe(200);
  });

  it('come over TLS from whom gateway.upstreamCa vouches for, and from nobody else', async () => {
    await using files = await certificateFolder();
    const give: RequestListener = (_, outgoing) => outgoing.end(JSON.stringify({ keys: [first.jwk] }));
    const { url } = stack.use(await httpsUpstream(files, give));
    const jwks = `${url}/keys`;
    const { get: trusting } = await guarded({ jwks }, { upstreamCa: files.settings.certificate });
    expect((await trusting(await sign(first))).status).toBe(200);
    const { get: wary, gateway } = await guarded({ jwks });
    expect((await wary(await sign(first))).status).toBe(503);
    await expect.poll(() => gateway.requests()).toHaveLength(1);
    expect(gateway.requests()[0]).toMatchObject({ cause: expect.stringContaining('self-signed certificate') });
  });

  it('are not taken from where a redirect leads', async () => {
    const real = stack.use(await httpUpstream((_, outgoing) => outgoing.end(JSON.stringify({ keys: [first.jwk] }))));
    const other = stack.use(
      await httpUpstream((_, outgoing) => outgoing.writeHead(302, { location: `${real.url}/keys` }).end()),
    );
    const { get, gateway } = await guarded({ jwks: `${other.url}/keys` });
    expect((await get(await sign(first))).status).toBe(503);
    await expect.poll(() => gateway.requests()).toHaveLength(1);
    expect(gateway.requests()[0]).toMatchObject({ cause: `${other.url}/keys answered 302` });
  });
});
