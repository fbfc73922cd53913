import { pathToFileURL } from 'node:url';
import {
  disableBreaker,
  discoveryPath,
  emptyDiscovery,
  overrideFor,
  resetBreaker,
  tripBreaker,
} from '@mscli/runtime/discovery';
import { describe, expect, test } from 'vitest';

const now = Date.parse('2026-01-01T00:00:00Z');

describe('overrides', () => {
  test('hold until they expire', () => {
    const draft = emptyDiscovery();
    const given = tripBreaker(draft, 'a->b', { author: 'ann', reason: 'testing', forMs: 30_000, now });
    expect(given).toMatchObject({ mode: 'open', at: '2026-01-01T00:00:00.000Z', until: '2026-01-01T00:00:30.000Z' });
    expect(given.id).toMatch(/^[0-9a-f-]{36}$/);
    expect(overrideFor(draft, 'a->b', now + 29_999)).toBe(given);
    expect(overrideFor(draft, 'a->b', now + 30_000)).toBeUndefined();
    expect(overrideFor(draft, 'a->c', now)).toBeUndefined();
  });

  test('the closest wins, and an expired one gives way to a wider one', () => {
    const draft = emptyDiscovery();
    const everywhere = disableBreaker(draft, '*->*', { author: 'ann', now });
    const fromA = disableBreaker(draft, 'a->*', { author: 'ann', now });
    const toB = tripBreaker(draft, '*->b', { author: 'ann', now });
    const own = disableBreaker(draft, 'a->b', { author: 'ann', forMs: 1000, now });
    expect(overrideFor(draft, 'a->b', now)).toBe(own);
    expect(overrideFor(draft, 'a->b', now + 1000)).toBe(toB);
    expect(overrideFor(draft, 'a->c', now)).toBe(fromA);
    expect(overrideFor(draft, 'c->d', now)).toBe(everywhere);
  });

  test('a reset ends one and leaves its time', () => {
    const draft = emptyDiscovery();
    const given = tripBreaker(draft, 'a->b', { author: 'ann', now });
    expect(resetBreaker(draft, 'a->b', now)).toBe(given);
    expect(resetBreaker(draft, 'a->b', now)).toBeUndefined();
    expect(draft.overrides).toEqual({});
    expect(draft.resets).toEqual({ 'a->b': '2026-01-01T00:00:00.000Z' });
  });
});

describe('discoveryPath', () => {
  test('is in the folder of the state URL', () => {
    expect(discoveryPath(pathToFileURL('/home/ann/my shop/.mscli').href)).toBe(
      '/home/ann/my shop/.mscli/discovery.json',
    );
  });

  test('refuses what names no folder', () => {
    expect(() => discoveryPath('postgres://db/shop')).toThrow(expect.objectContaining({ code: 'INVALID_STATE_URL' }));
    expect(() => discoveryPath('.mscli')).toThrow(expect.objectContaining({ code: 'INVALID_STATE_URL' }));
  });
});
