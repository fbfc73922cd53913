import { expect, it } from 'vitest';
import { admit } from '../../../src/gateway/admission/admit.js';
import type { RoutePass, Rules } from '../../../src/gateway/admission/pass.js';
import { problem } from '../../../src/gateway/answers/problem.js';
import { abandonExchange, endExchange } from '../../../src/gateway/exchange.js';
import { composeRoute } from '../../../src/gateway/policies/compose-route.js';
import { bareRoute } from '../../../src/gateway/policies/served-route.js';
import { buildRouteTable } from '../../../src/gateway/routing/route-table.js';
import { instances } from '../balancing/instances.js';
import { testExchange, testSurroundings } from '../setup/test-exchange.js';

const plain = { path: '/a', service: 'a-service', stripPrefix: false };
const head = { headers: ['Host', 'shop.example'], target: '/a/b' };

function rulesFor(route: ReturnType<typeof bareRoute>, told: string[] = []): Rules {
  const permit = { settle: () => told.push('settled') };
  return {
    routes: buildRouteTable([route]),
    nextInstance: () => {
      told.push('instance');
      return instances(1)[0];
    },
    nextComing: () => undefined,
    isServed: () => true,
    breakerFor: () => ({
      acquire: () => {
        told.push('permit');
        return permit;
      },
    }),
  } as unknown as Rules;
}

const telling = (told: string[], name: string, answer?: ReturnType<RoutePass>): RoutePass => {
  return () => {
    told.push(name);
    return answer;
  };
};

it('walks the passes of the route in their order, and only then chooses and asks for a permit, all at once', () => {
  const told: string[] = [];
  const route = { ...bareRoute(plain), passes: [telling(told, 'one'), telling(told, 'two')] };
  const decision = admit(testExchange(head), rulesFor(route, told));
  expect(decision).toMatchObject({ service: 'a-service', instance: { id: 'a-service-1' } });
  expect(told).toEqual(['one', 'two', 'instance', 'permit']);
});

it('goes on behind a pass that waits, and gives a promise for that alone', async () => {
  const told: string[] = [];
  const late = Promise.resolve(undefined);
  const passes = [
    telling(told, 'one'),
    telling(told, 'waits', late),
    telling(told, 'three'),
    telling(told, 'too', late),
  ];
  const decision = admit(testExchange(head), rulesFor({ ...bareRoute(plain), passes }, told));
  expect(decision).toBeInstanceOf(Promise);
  expect(told).toEqual(['one', 'waits']);
  expect(await decision).toMatchObject({ instance: { id: 'a-service-1' } });
  expect(told).toEqual(['one', 'waits', 'three', 'too', 'instance', 'permit']);
});

it.each([false, true])('ends with the first answer, and takes no permit (late: %s)', async (isLate) => {
  const told: string[] = [];
  const answer = problem('maintenance', 'Not now.');
  const passes = [telling(told, 'one', isLate ? Promise.resolve(answer) : answer), telling(told, 'two')];
  expect(await admit(testExchange(head), rulesFor({ ...bareRoute(plain), passes }, told))).toBe(answer);
  expect(told).toEqual(['one']);
});

it('never waits on a route where nothing has to', () => {
  const policies = {
    cors: { origins: ['*'] },
    maxBody: '1mb',
    rateLimit: { requests: 5 },
    concurrency: { limit: 5, queue: 5 },
    canary: { service: 'b', percent: 5 },
    headers: { request: { set: { 'x-a': 'b' } } },
    rewritePrefix: '/v1',
  };
  const { route } = composeRoute({ ...plain, policies }, testSurroundings());
  expect(admit(testExchange(head), rulesFor(route))).toMatchObject({ path: '/v1/b' });
});

it('does not queue for a client that left before it came to the queue', async () => {
  const policies = { concurrency: { limit: 1, queue: 5, wait: '1h' } };
  const { route } = composeRoute({ ...plain, policies }, testSurroundings());
  const rules = rulesFor(route);
  const first = testExchange(head);
  admit(first, rules);
  const [waiting, gone] = [testExchange(head), testExchange({ ...head, isAbandoned: true })];
  const turn = admit(waiting, rules);
  expect(await admit(gone, rules)).toMatchObject({ kind: 'overloaded' });
  abandonExchange(waiting);
  expect(await turn).toMatchObject({ kind: 'overloaded' });
  endExchange(first, { status: 200 });
  expect(admit(testExchange(head), rules)).toMatchObject({ instance: { id: 'a-service-1' } });
});
