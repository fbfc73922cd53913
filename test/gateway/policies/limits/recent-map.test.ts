import fc from 'fast-check';
import { expect, it } from 'vitest';
import { RecentMap } from '../../../../src/gateway/policies/limits/recent-map.js';

it('gives back the newest value of a key or none, never keeps more than its bound, and forgets what was deleted', () => {
  const step = fc.record({ key: fc.nat(12), act: fc.constantFrom('get', 'set', 'delete'), value: fc.nat() });
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 16 }), fc.array(step, { maxLength: 100 }), (bound, steps) => {
      const map = new RecentMap<number, number>(bound);
      const all = new Map<number, number>();
      for (const { key, act, value } of steps) {
        if (act === 'set') {
          map.set(key, value);
          all.set(key, value);
        } else if (act === 'delete') {
          map.delete(key);
          all.delete(key);
        } else {
          const found = map.get(key);
          if (found !== undefined) expect(found).toBe(all.get(key));
        }
        expect(map.size).toBeLessThanOrEqual(bound);
      }
    }),
  );
});

it('keeps the last used ones, half of its bound at least', () => {
  const map = new RecentMap<number, string>(10);
  for (let key = 0; key < 100; key++) map.set(key, `${key}`);
  for (let key = 96; key < 100; key++) expect(map.get(key)).toBe(`${key}`);
  expect(map.get(50)).toBeUndefined();
});
