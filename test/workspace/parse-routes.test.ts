import { describe, expect, it } from 'vitest';
import { FaultyFileError, parseConfig } from '../../src/workspace/index.js';

const parse = (route: string) => {
  const lines = route.split('\n').map((line) => `      ${line}\n`);
  const text = `name: shop
services:
  a-service: { command: a, port: 3001 }
  auth-service: { command: b, port: 3002 }
gateway:
  routes:
    - path: /a
      service: a-service
${lines.join('')}`;
  return parseConfig(text, { file: 'mscli.yaml', env: {}, folderExists: () => true });
};

function faultsOf(route: string): string[] {
  try {
    parse(route);
  } catch (error) {
    if (!(error instanceof FaultyFileError)) throw error;
    return error.faults.map(({ path, message }) => `${path.replace('gateway.routes.0.', '')} ${message}`);
  }
  return [];
}

const jwt = 'issuer: https://auth.example, audience: shop';

describe('the policies of a route', () => {
  it('go to the gateway with their defaults, and a route without any has none', () => {
    expect(parse('stripPrefix: true').gateway.routes).toEqual([
      { path: '/a', service: 'a-service', stripPrefix: true },
    ]);
    expect(parse('rateLimit: { requests: 100 }\ncors: { origins: [https://shop.example] }').gateway.routes).toEqual([
      {
        path: '/a',
        service: 'a-service',
        stripPrefix: false,
        policies: {
          rateLimit: { requests: 100, per: '1m', by: 'ip' },
          cors: {
            origins: ['https://shop.example'],
            methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
            headers: ['content-type', 'authorization', 'idempotency-key'],
            expose: ['x-request-id', 'retry-after'],
            credentials: false,
            maxAge: '10m',
          },
        },
      },
    ]);
  });

  it.each([
    ['rateLimt: {}', 'rateLimt is not a key of a route; did you mean "rateLimit"?'],
    ['rateLimit: 5', 'rateLimit must be a map with requests, not 5'],
    ['rateLimit: {}', 'rateLimit.requests is missing: it must be a whole number from 1 to 1000000'],
    ['rateLimit: { requests: 5, pr: 1s }', 'rateLimit.pr is not a key of rateLimit; did you mean "per"?'],
    ['rateLimit { requests: 5 }', 'rateLimit { requests has no colon after "rateLimit"'],
    [
      'cache: true',
      'cache must be a map with for, staleIfError, maxEntry, maxBytes, maxEntries and wait; {} takes the defaults, not true',
    ],
    ['rateLimit: { requests: 5, per: 60 }', 'rateLimit.per must be a duration such as 500ms, 30s or 5m, not 60'],
    ['rateLimit: { requests: 5, per: 0s }', 'rateLimit.per must be longer than nothing and at most 24h, not "0s"'],
    ['rateLimit: { requests: 5, by: user }', 'rateLimit.by must be ip, header:<name> or claim:<name>, not "user"'],
    [
      'rateLimit: { requests: 5, by: claim:sub }',
      'rateLimit.by needs jwt on the same route: without it there are no claims',
    ],
    [
      'cors: { origins: ["*"], credentials: true }',
      'cors.origins must name its origins where credentials are allowed: with * any page could act as the user',
    ],
    [
      'cors: { origins: [https://Shop.example/] }',
      'cors.origins.0 must be * or an origin such as https://shop.example, in lower case and without a path, not "https://Shop.example/"',
    ],
    ['cors: { origins: [] }', 'cors.origins must name at least one origin'],
    ['cors: { origins: ["null"] }', 'cors.origins.0 must be * or an origin such as'],
    [`jwt: { ${jwt} }`, 'jwt needs jwks or secret, and not both'],
    [`jwt: { ${jwt}, jwks: auth-service/keys, secret: S }`, 'jwt needs jwks or secret, and not both'],
    [`jwt: { ${jwt}, jwks: http://auth.example/keys }`, 'jwt.jwks must be an https:// URL, or a service and a path'],
    [
      `jwt: { ${jwt}, jwks: aut-service/keys }`,
      'jwt.jwks names the unknown service "aut-service"; did you mean "auth-service"?',
    ],
    [
      `jwt: { ${jwt}, jwks: auth-service/keys, algorithms: [HS256] }`,
      'jwt.algorithms.0 must be an algorithm with a public key, such as RS256 or EdDSA, not "HS256"',
    ],
    [
      `jwt: { ${jwt}, secret: "not a name" }`,
      'jwt.secret must be the name of an environment variable, never the secret',
    ],
    ['maxBody: 10', 'maxBody must be a size such as 100b, 512kb or 10mb, not 10'],
    ['concurrency: { limit: 0 }', 'concurrency.limit must be a whole number from 1 to 100000, not 0'],
    ['canary: { service: b-service, percent: 5 }', 'canary.service names the unknown service "b-service"'],
    ['canary: { service: auth-service }', 'canary never takes effect: it needs a percent above 0 or a header'],
    ['canary: { service: a-service, percent: 5 }', "canary.service is the route's own service; name another"],
    [
      'balance: fastest',
      'balance must be round-robin, least-outstanding, two-choices, ip, header:<name> or cookie:<name>',
    ],
    ['timeouts: { connect: soon }', 'timeouts.connect must be a duration such as 500ms, 30s or 5m, not "soon"'],
    ['retries: { attempts: 9 }', 'retries.attempts must be a whole number from 1 to 5, not 9'],
    ['retries: { on: [404] }', 'retries.on.0 must be one of 500, 502, 503 and 504, not 404'],
    ['rewritePrefix: /a/../b', 'rewritePrefix must be a path such as /v1, without query, spaces or dot segments'],
    [
      'rewritePrefix: /b\nstripPrefix: true',
      'rewritePrefix cannot stand beside stripPrefix: it replaces the prefix already',
    ],
    ['maintenance: true', 'maintenance must be a map with on, message and retryAfter, not true'],
    ['headers: { request: { set: { "a b": c } } }', 'headers.request.set.a b must be the name of a header field'],
    [
      'headers: { answer: { set: { X-A: "b\\nc" } } }',
      'headers.answer.set.X-A must be the value of a header field: ASCII',
    ],
    ['headers: { answer: { set: { X-A: b }, remove: [x-a] } }', 'headers.answer.remove.0 "x-a" is set as well'],
    [
      'cors: { origins: ["*"] }\nheaders: { answer: { remove: [Access-Control-Allow-Origin] } }',
      'headers.answer must leave the fields of CORS to cors',
    ],
  ])('%s is refused', (route, fault) => {
    const faults = faultsOf(route);
    expect(faults).toHaveLength(1);
    expect(faults[0]).toContain(fault);
  });

  it.each([
    ...['Connection', 'transfer-encoding', 'Content-Length', 'Upgrade', 'TE', 'Trailer', 'Host', 'Via', 'Expect'],
    ...['X-Forwarded-For', 'x_forwarded_for', 'Forwarded', 'X-Request-Id', 'traceparent', 'x-jwt-sub', 'X-JWT-Role'],
  ])('%s of a request is the gateway’s alone', (name) => {
    for (const edit of [`set: { ${name}: x }`, `remove: [${name}]`]) {
      const faults = faultsOf(`headers: { request: { ${edit} } }`);
      expect(faults.join()).toContain(
        'is a header field that the gateway writes itself or that belongs to the connection',
      );
    }
  });
});

describe('routes', () => {
  const config = (paths: string[]) =>
    parseConfig(
      `name: a\nservices: { a: { command: x, port: 1 } }\ngateway:\n  routes:\n${paths
        .map((path) => `    - { path: ${path}, service: a }\n`)
        .join('')}`,
      { file: 'mscli.yaml', env: {}, folderExists: () => true },
    );

  it.each([
    [['/.mscli/x'], '"/.mscli/x" is the gateway\'s own: everything under /.mscli is; choose another path'],
    [['/%2emscli'], "is the gateway's own"],
    [['/a', '/%61/'], '"/%61/" already has a route: /a, to a'],
  ])('%j are refused', (paths, fault) => {
    expect(() => config(paths)).toThrow(fault);
  });
});
