import type { BreakerReport } from '@mscli/runtime/discovery';
import { expect, it } from 'vitest';
import { breakerChanges, describeChange } from '../../src/breaker/breaker-changes.js';
import type { BreakerView } from '../../src/breaker/list-breakers.js';
import { plain } from '../../src/text/style.js';

const now = Date.UTC(2026, 0, 1);
const instance = (id: string, state: BreakerReport['state'], more: Partial<BreakerReport> = {}) => ({
  id,
  state,
  since: new Date(now).toISOString(),
  failures: 0,
  ...more,
});
const view = (instances: BreakerView['instances'], more: Partial<BreakerView> = {}): BreakerView[] => [
  { name: 'a->b', instances, ...more },
];
const override = { id: 'o-1', mode: 'open', author: 'ada', at: new Date(now).toISOString() } as const;
const tell = (before: BreakerView[], after: BreakerView[]) =>
  breakerChanges(before, after, now).map((change) => describeChange(change, plain).replace(/^\S+ +a->b +/, ''));

it('tells at first all that is there', () => {
  expect(tell([], view([instance('a-1', 'closed')], { override }))).toEqual([
    'tripped by ada until it is reset',
    'a-1  closed',
  ]);
});

it('tells what changed, and nothing where nothing did', () => {
  const before = view([instance('a-1', 'closed'), instance('a-2', 'closed')], { override });
  const after = view([instance('a-1', 'open', { reason: 'failure-rate' })]);
  expect(tell(before, after)).toEqual(['no longer tripped', 'a-1  closed -> open  failure-rate', 'a-2  gone']);
  expect(tell(after, after)).toEqual([]);
  expect(tell(after, [])).toEqual(['a-1  gone']);
});

it('tells of a state that was entered again between two looks', () => {
  const since = new Date(now + 5000).toISOString();
  const [before, after] = [view([instance('a-1', 'open')]), view([instance('a-1', 'open', { since })])];
  expect(tell(before, after)).toEqual(['a-1  open -> open']);
});

it('counts no failures as changes', () => {
  expect(tell(view([instance('a-1', 'closed')]), view([instance('a-1', 'closed', { failures: 3 })]))).toEqual([]);
});
