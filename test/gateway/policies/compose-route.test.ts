import { describe, expect, it } from 'vitest';
import { composeRoute } from '../../../src/gateway/policies/compose-route.js';
import { passOrder, stepsOf } from '../../../src/gateway/policies/order.js';
import { readPolicies } from '../../../src/gateway/policies/read-policies.js';
import { testExchange, testRules, testSurroundings } from '../setup/test-exchange.js';

const route = (policies: unknown, path = '/a') => ({ path, service: 'a-service', stripPrefix: false, policies });
const jwt = { jwks: 'auth-service/keys', issuer: 'https://auth.example', audience: 'shop' };

const everything = {
  compression: {},
  cache: {},
  mirror: { service: 'c-service' },
  retries: {},
  outliers: {},
  rewritePrefix: '/v1',
  canary: { service: 'b-service', percent: 5 },
  headers: { request: { set: { 'x-a': 'b' } } },
  concurrency: { limit: 5 },
  jwt,
  rateLimit: { requests: 10 },
  maxBody: '1mb',
  maintenance: { on: false },
  timeouts: { total: '5s' },
  balance: 'two-choices',
  cors: { origins: ['https://shop.example'] },
};

describe('the order of the passes', () => {
  const namesOf = (policies: unknown) => stepsOf(readPolicies(route(policies)).policies ?? {}).map(({ name }) => name);

  it('does not depend on how they are written', () => {
    expect(namesOf(everything)).toEqual([
      ...[
        'cors',
        'maxBody',
        'rateLimit',
        'jwt',
        'canary',
        'headers',
        'cache',
        'concurrency',
        'rewritePrefix',
        'mirror',
      ],
      ...['balance', 'outliers', 'timeouts', 'retries', 'compression'],
    ]);
    const passes = namesOf(everything).filter((name) => (passOrder as readonly string[]).includes(name));
    expect(composeRoute(route(everything), testSurroundings()).route.passes).toHaveLength(passes.length);
  });

  it('has the rate limit behind the token where it counts by claim', () => {
    expect(namesOf({ jwt, rateLimit: { requests: 1, by: 'claim:sub' } })).toEqual(['jwt', 'rateLimit']);
  });
});

describe('composeRoute', () => {
  it('gives a route without policies nothing to walk and nothing to ask', () => {
    const { route: composed, faults } = composeRoute(route(undefined), testSurroundings());
    expect(faults).toEqual([]);
    expect([composed.passes, composed.answerPasses]).toEqual([[], []]);
    const { balancer, outliers, timeouts, maxBodyBytes, retries, countsLoad, hidesPrefix } = composed;
    expect([balancer, outliers, timeouts, maxBodyBytes, retries]).toEqual(Array(5).fill(undefined));
    expect([countsLoad, hidesPrefix]).toEqual([false, false]);
  });

  it.each([
    [{ rateLimt: {} }, 'The route /a is closed: its policies hold the unknown key rateLimt.'],
    ['open', 'The route /a is closed: its policies'],
    [{ rateLimit: { requests: 0 } }, 'its rateLimit.requests must be a whole number from 1 to 1000000.'],
    [
      { jwt: { ...jwt, jwks: undefined, secret: 'NOT_SET' } },
      'NOT_SET, which holds the secret of its tokens, is not set',
    ],
    [{ jwt: { ...jwt, jwks: undefined, secret: 'SHORT' } }, 'the secret in SHORT is shorter than 32 bytes.'],
  ])('closes a route whose policies it cannot keep: %j', async (policies, fault) => {
    const { route: composed, faults } = composeRoute(route(policies), testSurroundings({ env: { SHORT: 'abc' } }));
    expect(faults.join()).toContain(fault);
    const answers = composed.passes.map((pass) => pass(testExchange(), testRules));
    expect(answers).toEqual([expect.objectContaining({ kind: 'route-faulty', status: 503 })]);
  });

  it('goes on with a cache until the service is asked in another way', () => {
    const surroundings = testSurroundings();
    const lookOf = (policies: object) => {
      const { passes } = composeRoute(route({ cache: {}, ...policies }), surroundings).route;
      surroundings.state.settle();
      return passes.at(-1);
    };
    const look = lookOf({});
    expect(lookOf({ maxBody: '1mb' })).toBe(look);
    expect(lookOf({ headers: { answer: { set: { 'x-a': 'b' } } } })).toBe(look);
    const other = lookOf({ headers: { request: { set: { 'x-tenant': 'b' } } } });
    expect(other).not.toBe(look);
    expect(lookOf({ cache: { for: '1s' } })).not.toBe(other);
  });

  it('goes on with the passes whose settings are the same, and with those alone', () => {
    const surroundings = testSurroundings();
    const compose = (policies: unknown) => {
      const { passes } = composeRoute(route(policies), surroundings).route;
      surroundings.state.settle();
      return passes;
    };
    const limits = { rateLimit: { requests: 5 }, concurrency: { limit: 5 } };
    const [rate, bulkhead] = compose(limits);
    const [sameRate, otherBulkhead] = compose({ ...limits, concurrency: { limit: 6 } });
    expect(sameRate).toBe(rate);
    expect(otherBulkhead).not.toBe(bulkhead);
    compose(undefined);
    expect(compose(limits)[0]).not.toBe(rate);
  });
});
