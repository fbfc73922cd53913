import type { Instance } from '@mscli/runtime/discovery';
import { describe, expect, it } from 'vitest';
import { InstanceLoads } from '../../../src/gateway/balancing/instance-loads.js';
import { rendezvous } from '../../../src/gateway/balancing/rendezvous.js';
import { keyReader } from '../../../src/gateway/policies/read-key.js';
import { testExchange } from '../setup/test-exchange.js';
import { instances } from './instances.js';

const keys = Array.from({ length: 10_000 }, (_, n) => `user-${n}`);

function placesAmong(candidates: readonly Instance[]): Map<string, string> {
  const balancer = rendezvous(keyReader('header:x-user'));
  const loads = new InstanceLoads();
  return new Map(
    keys.map((key) => [key, balancer(candidates, testExchange({ headers: ['X-User', key] }), loads)?.id ?? '']),
  );
}

describe('rendezvous', () => {
  const five = instances(5);
  const before = placesAmong(five);

  it('gives each instance its share, and the same instance to the same key whatever the order', () => {
    const counts = five.map(({ id }) => [...before.values()].filter((place) => place === id).length);
    for (const count of counts) expect(Math.abs(count - keys.length / 5)).toBeLessThan(keys.length / 5 / 10);
    expect(placesAmong(five.toReversed())).toEqual(before);
  });

  it('moves only the keys of an instance that has gone', () => {
    const [gone, ...rest] = five;
    const after = placesAmong(rest);
    const moved = keys.filter((key) => after.get(key) !== before.get(key));
    expect(moved).toEqual(keys.filter((key) => before.get(key) === gone?.id));
  });

  it('moves to a new instance only its share, and nothing between the others', () => {
    const six = instances(6);
    const after = placesAmong(six);
    const moved = keys.filter((key) => after.get(key) !== before.get(key));
    expect(new Set(moved.map((key) => after.get(key)))).toEqual(new Set([six[5]?.id]));
    expect(Math.abs(moved.length - keys.length / 6)).toBeLessThan(keys.length / 6 / 10);
  });

  it('takes them in turn for requests without the key', () => {
    const balancer = rendezvous(keyReader('cookie:session'));
    const chosen = Array.from({ length: 10 }, () => balancer(five, testExchange(), new InstanceLoads())?.id);
    expect(new Set(chosen).size).toBe(5);
  });
});
