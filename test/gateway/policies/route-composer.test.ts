import { expect, it } from 'vitest';
import { ownLimiters } from '../../../src/gateway/policies/limits/limiters.js';
import { RouteComposer } from '../../../src/gateway/policies/route-composer.js';
import { trustedAuthorities } from '../../../src/gateway/upstream/trusted-authorities.js';

const route = (policies?: unknown) => ({
  path: '/a',
  service: 'a',
  stripPrefix: false,
  ...(policies === undefined ? {} : { policies }),
});
const surroundings = {
  limiters: ownLimiters(() => 0),
  locate: () => undefined,
  authorities: trustedAuthorities(undefined),
  env: {},
  now: () => 0,
  random: Math.random,
};

it('composes routes without policies at once, and waits only for the first ones that have some', async () => {
  const composer = new RouteComposer(surroundings);
  expect(composer.compose([route()])).toMatchObject({ routes: [{ path: '/a', passes: [] }], faults: [] });
  const first = composer.compose([route({ maxBody: '1kb' })]);
  expect(first).toBeInstanceOf(Promise);
  expect((await first).routes[0]?.maxBodyBytes).toBe(1024);
  expect(composer.compose([route({ maxBody: '2kb' })])).toMatchObject({ routes: [{ maxBodyBytes: 2048 }] });
});

it('says what is wrong with routes, of all of them', async () => {
  const { routes, faults } = await new RouteComposer(surroundings).compose([route({ maxBody: 1 }), route({ x: 1 })]);
  expect(faults).toHaveLength(2);
  expect(routes.map(({ passes }) => passes.length)).toEqual([1, 1]);
});
