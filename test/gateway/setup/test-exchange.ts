import { startTrace } from '@mscli/runtime/telemetry';
import type { Rules } from '../../../src/gateway/admission/pass.js';
import { type Exchange, endExchange } from '../../../src/gateway/exchange.js';
import { Peer } from '../../../src/gateway/headers/peer.js';
import { composeRoute, type Surroundings } from '../../../src/gateway/policies/compose-route.js';
import { KeptState } from '../../../src/gateway/policies/kept-state.js';
import { ownLimiters } from '../../../src/gateway/policies/limits/limiters.js';
import { trustedAuthorities } from '../../../src/gateway/upstream/trusted-authorities.js';

/** An exchange whose route has been found, as the passes of the route get it. */
export function testExchange(given: Partial<Exchange> = {}): Exchange {
  return {
    id: '00000000-0000-4000-8000-000000000000',
    method: 'GET',
    target: '/a',
    httpVersion: '1.1',
    headers: [],
    lines: undefined,
    peer: new Peer('203.0.113.7', 'http'),
    upgrade: false,
    hasBody: false,
    trace: startTrace(undefined),
    receivedAt: 0,
    path: '/a',
    query: '',
    key: '/a',
    host: 'shop.example',
    route: undefined,
    service: 'a-service',
    instance: undefined,
    permit: undefined,
    claims: undefined,
    requestEdits: undefined,
    answerEdits: undefined,
    cache: undefined,
    shadow: undefined,
    load: undefined,
    cleanup: undefined,
    abandon: undefined,
    isAbandoned: false,
    ...given,
  };
}

/** What composing needs, with a clock and a chance that the test turns. */
export function testSurroundings(given: Partial<Surroundings> = {}): Surroundings {
  return {
    state: new KeptState(),
    limiters: ownLimiters(() => 0),
    locate: () => undefined,
    authorities: trustedAuthorities(undefined),
    env: {},
    now: () => 0,
    random: () => 0.5,
    ...given,
  };
}

/** Walks the passes of a route with these policies, and ends the exchange. */
export async function passThrough(policies: unknown, exchange: Exchange, surroundings = testSurroundings()) {
  const { route, faults } = composeRoute(
    { path: '/a', service: 'a-service', stripPrefix: false, policies },
    surroundings,
  );
  if (faults.length > 0) throw new Error(faults.join());
  for (const pass of route.passes) {
    const answer = await pass(exchange, testRules);
    if (answer !== undefined) return answer;
  }
  endExchange(exchange, { status: 200 });
  return undefined;
}

export const testRules = { isServed: () => true } as unknown as Rules;
