import { describe, expect, it } from 'vitest';
import { warningsOf } from '../../../src/workspace/gateway-check/warnings.js';
import { parseConfig } from '../../../src/workspace/index.js';

function warningsFor(routes: string, env: Record<string, string> = {}): string[] {
  const services = '  a: { command: a, port: 3001 }\n  b: { command: b, port: 3100, instances: 2 }\n';
  const text = `name: shop\nservices:\n${services}gateway:\n  routes: [${routes}]\n`;
  const config = parseConfig(text, { file: 'mscli.yaml', env: {}, folderExists: () => true });
  return warningsOf(config, env).map(({ path, message }) => `${path.join('.')} ${message}`);
}

const jwt = 'jwt: { secret: TOKENS, issuer: i, audience: a }';

describe('warnings', () => {
  it.each([
    ['', 'gateway.routes is empty: every request gets 404'],
    ['{ path: /a, service: a, maintenance: {} }', 'gateway.routes.0.maintenance is on: no request gets past it'],
    [
      '{ path: /a, service: a, canary: { service: b, percent: 100 } }',
      'gateway.routes.0.canary.percent is 100: everything goes to b while it has an instance',
    ],
    [
      '{ path: /a, service: a, timeouts: { firstByte: 1m, total: 30s } }',
      'gateway.routes.0.timeouts.firstByte is 1m and never reached: the total of 30s is over first',
    ],
    [
      '{ path: /a, service: a, concurrency: { limit: 5, wait: 5s } }',
      'gateway.routes.0.concurrency.wait has no effect without a queue',
    ],
    [
      '{ path: /a, service: a, balance: two-choices }',
      'gateway.routes.0.balance has nothing to choose from: a has one instance',
    ],
    [
      `{ path: /a, service: a, ${jwt} }`,
      'gateway.routes.0.jwt.secret names TOKENS, which is not set here: a gateway without it closes the route',
    ],
  ])('of %s', (routes, warning) => {
    expect(warningsFor(routes)).toEqual([warning]);
  });

  it('of a route that the document and its page are taken out of', () => {
    const text = (path: string) =>
      `name: shop\nservices:\n  a: { command: a, port: 3001 }\ngateway:\n  openapi: {}\n  routes: [{ path: ${path}, service: a }]\n`;
    const warnings = (path: string) =>
      warningsOf(parseConfig(text(path), { file: 'mscli.yaml', env: {}, folderExists: () => true }), {}).map(
        ({ message }) => message,
      );
    expect(warnings('/')).toEqual(['takes /openapi.json out of the route /', 'takes /docs out of the route /']);
    expect(warnings('/a')).toEqual([]);
  });

  it('of an open route inside a guarded one, and of none beside it', () => {
    const routes = (inner: string) => `{ path: /api, service: a, ${jwt} }, { path: ${inner}, service: b }`;
    const env = { TOKENS: 'x'.repeat(32) };
    expect(warningsFor(routes('/%61pi/public'), env)).toEqual([
      'gateway.routes.1.path is open to everyone, inside the route /api, which wants a token',
    ]);
    expect(warningsFor(routes('/apix'), env)).toEqual([]);
  });

  it('of a cache behind tokens, and of none where they are optional', () => {
    const env = { TOKENS: 'x'.repeat(32) };
    expect(warningsFor(`{ path: /a, service: a, cache: {}, ${jwt} }`, env)).toEqual([
      'gateway.routes.0.cache stores only answers that say public or s-maxage: the route wants a token',
    ]);
    const optional = jwt.replace(' }', ', optional: true }');
    expect(warningsFor(`{ path: /a, service: a, cache: {}, ${optional} }`, env)).toEqual([]);
  });

  it('are none where all is well', () => {
    expect(warningsFor('{ path: /b, service: b, balance: ip, outliers: {}, maintenance: { on: false } }')).toEqual([]);
  });
});
