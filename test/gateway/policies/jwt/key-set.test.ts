import type { JSONWebKeySet } from 'jose';
import { describe, expect, it } from 'vitest';
import { KeySet } from '../../../../src/gateway/policies/jwt/key-set.js';

const set = (kid: string): JSONWebKeySet => ({ keys: [{ kty: 'EC', kid }] });

function keySet() {
  const clock = { now: 0 };
  const source: { fetches: number; answer: () => Promise<JSONWebKeySet> } = {
    fetches: 0,
    answer: async () => set('1'),
  };
  const keys = new KeySet(
    () => {
      source.fetches += 1;
      return source.answer();
    },
    () => clock.now,
  );
  return { keys, clock, source };
}

const settled = async () => {
  for (let n = 0; n < 10; n++) await Promise.resolve();
};

describe('KeySet', () => {
  it('fetches once for all who ask at once, and then no more', async () => {
    const { keys, source } = keySet();
    expect(await Promise.all([keys.current(), keys.current()])).toEqual([set('1'), set('1')]);
    await keys.current();
    expect(source.fetches).toBe(1);
  });

  it('renews itself in the background when it is old', async () => {
    const { keys, clock, source } = keySet();
    await keys.current();
    source.answer = async () => set('2');
    clock.now = 11 * 60_000;
    expect(await keys.current()).toEqual(set('1'));
    await settled();
    expect(await keys.current()).toEqual(set('2'));
    expect(keys.version).toBe(2);
  });

  it('goes on with the last keys where new ones cannot be had', async () => {
    const { keys, clock, source } = keySet();
    await keys.current();
    source.answer = () => Promise.reject(new Error('refused'));
    for (clock.now = 11 * 60_000; clock.now < 60 * 60_000; clock.now += 60_000) {
      expect(await keys.current()).toEqual(set('1'));
      await settled();
    }
    expect(source.fetches).toBeGreaterThan(2);
    expect(keys.version).toBe(1);
  });

  it('says why there are none, and does not ask again at once', async () => {
    const { keys, clock, source } = keySet();
    source.answer = () => Promise.reject(new Error('refused'));
    await expect(keys.current()).rejects.toThrow('refused');
    await expect(keys.current()).rejects.toThrow('refused');
    expect(source.fetches).toBe(1);
    source.answer = async () => set('1');
    clock.now = 5_001;
    expect(await keys.current()).toEqual(set('1'));
  });

  it('looks for new keys when one is missing, but not again and again', async () => {
    const { keys, clock, source } = keySet();
    await keys.current();
    source.answer = async () => set('2');
    expect(await keys.renew(keys.version)).toBe(false);
    clock.now = 5_001;
    const version = keys.version;
    expect(await Promise.all([keys.renew(version), keys.renew(version)])).toEqual([true, true]);
    // Whoever began with the old keys need not fetch to know that there are others.
    expect(await keys.renew(version)).toBe(true);
    expect(await keys.renew(keys.version)).toBe(false);
    expect(source.fetches).toBe(2);
  });

  it('keeps its version where the same keys come again', async () => {
    const { keys, clock } = keySet();
    const before = await keys.current();
    clock.now = 5_001;
    expect(await keys.renew(keys.version)).toBe(false);
    expect(await keys.current()).toBe(before);
  });
});
