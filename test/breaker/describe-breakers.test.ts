import { emptyDiscovery, tripBreaker } from '@mscli/runtime/discovery';
import { expect, it } from 'vitest';
import { describeBreakers } from '../../src/breaker/describe-breakers.js';
import { listBreakers } from '../../src/breaker/list-breakers.js';
import { plain } from '../../src/text/style.js';

const now = Date.UTC(2026, 10, 22, 17);
const report = { state: 'closed', since: new Date(now - 61_000).toISOString(), failures: 2 } as const;

it('shows each instance of each breaker, and what an operator has asked for', () => {
  const draft = emptyDiscovery();
  const order = { author: 'ada', reason: 'testing', forMs: 30_000, now };
  const { id } = tripBreaker(draft, 'gateway->order-service', order);
  tripBreaker(draft, 'order-service->product-service', { author: 'ada', now });
  draft.breakers['gateway-1'] = {
    'gateway->order-service': { ...report, state: 'forced-open', override: id },
    'gateway->product-service': report,
  };
  draft.breakers['gateway-2'] = { 'gateway->order-service': report };
  expect(describeBreakers(listBreakers(draft, now), now, plain)).toMatchInlineSnapshot(`
    "BREAKER                         INSTANCE   STATE        SINCE        FAILURES  WHY
    gateway->order-service          gateway-1  forced-open  1 m 1 s ago  2         tripped by ada for another 30 s: testing
    gateway->order-service          gateway-2  closed       1 m 1 s ago  2         tripped by ada for another 30 s: testing (not obeyed yet)
    order-service->product-service  none yet                                       tripped by ada until it is reset
    gateway->product-service        gateway-1  closed       1 m 1 s ago  2
    "
  `);
});

it('forgets an override that has run out', () => {
  const draft = emptyDiscovery();
  tripBreaker(draft, 'gateway->order-service', { author: 'ada', forMs: 1000, now: now - 2000 });
  expect(listBreakers(draft, now)).toEqual([]);
});

it('shows an override for all callees at each breaker that obeys it', () => {
  const draft = emptyDiscovery();
  tripBreaker(draft, 'gateway->*', { author: 'ada', now });
  draft.breakers['gateway-1'] = { 'gateway->order-service': report };
  expect(listBreakers(draft, now)).toMatchObject([
    { name: 'gateway->order-service', override: { mode: 'open' } },
    { name: 'gateway->*', instances: [] },
  ]);
});

it('shows the worst first, of breakers and of instances, and what opened them', () => {
  const draft = emptyDiscovery();
  const at = (ms: number) => new Date(now + ms).toISOString();
  const well = { ...report, failures: 0 };
  const open = { ...report, state: 'open', reason: 'failure-rate', until: at(12_000) } as const;
  draft.breakers = {
    'gateway-1': { 'gateway->a': well, 'gateway->b': well, 'gateway->c': report, 'gateway->d': well },
    'gateway-2': {
      'gateway->a': { ...open, reason: 'half-open', until: at(-1) },
      'gateway->b': { ...report, state: 'half-open' },
      'gateway->e': open,
    },
  };
  const rows = describeBreakers(listBreakers(draft, now), now, plain).trimEnd().split('\n').slice(1);
  expect(
    rows.map((row) => row.split(/ {2,}/)).map(([name, instance, state, , , why]) => [name, instance, state, why]),
  ).toEqual([
    ['gateway->a', 'gateway-2', 'open', 'the trial failed, tries again with the next call'],
    ['gateway->a', 'gateway-1', 'closed', undefined],
    ['gateway->e', 'gateway-2', 'open', 'failure-rate, tries again in 12 s'],
    ['gateway->b', 'gateway-2', 'half-open', undefined],
    ['gateway->b', 'gateway-1', 'closed', undefined],
    ['gateway->c', 'gateway-1', 'closed', undefined],
    ['gateway->d', 'gateway-1', 'closed', undefined],
  ]);
});

it('says when there is none', () => {
  expect(describeBreakers([], now, plain)).toMatch(/^No breaker/);
});
