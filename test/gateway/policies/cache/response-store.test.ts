import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ResponseStore } from '../../../../src/gateway/policies/cache/response-store.js';
import { bytesOf, type StoredResponse } from '../../../../src/gateway/policies/cache/stored-response.js';
import { GrowingBody } from '../../../../src/gateway/policies/limits/growing-body.js';

function response(length: number, language = ''): StoredResponse {
  const terms = { lifetimeMs: 1, ageOnArrivalMs: 0, isForEveryone: false, staleIfErrorMs: 0 };
  const head = { status: 200, reason: 'OK', httpVersion: '1.1' as const, headers: ['A', 'b'] };
  return {
    head,
    body: Buffer.alloc(length),
    selecting: [['accept-language', language]],
    terms,
    bornAt: 0,
    coded: new Map(),
  };
}

const any = () => true;

it('forgets what was not used for longest when there is no more room', () => {
  const store = new ResponseStore({ maxBytes: 3 * (bytesOf(response(5000)) + 1), maxEntries: 100 });
  for (const key of ['a', 'b', 'c']) store.put(key, response(5000));
  store.find('a', any);
  store.put('d', response(5000));
  expect(['a', 'b', 'c', 'd'].filter((key) => store.find(key, any) !== undefined)).toEqual(['a', 'c', 'd']);
});

it('keeps sixteen answers to one target, and one for each of what they vary by', () => {
  const store = new ResponseStore({ maxBytes: 10_000_000, maxEntries: 1000 });
  for (let n = 0; n < 500; n++) store.put('a', response(10, `l${n % 40}`));
  expect(store.entries).toBe(16);
  store.put('b', response(10, 'en'));
  store.put('b', response(20, 'en'));
  expect([store.entries, store.find('b', any)?.body.length]).toEqual([17, 20]);
});

it('never holds more than its bounds, and knows what it holds, whatever is done', () => {
  const [maxBytes, maxEntries] = [40_000, 12];
  const act = fc.record({
    key: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
    language: fc.constantFrom('en', 'de', 'fr'),
    length: fc.integer({ min: 0, max: 15_000 }),
    what: fc.constantFrom('put', 'delete', 'find', 'grow', 'code'),
  });
  fc.assert(
    fc.property(fc.array(act, { maxLength: 60 }), (acts) => {
      const store = new ResponseStore({ maxBytes, maxEntries });
      const growing = new GrowingBody(store, 15_000);
      for (const { key, language, length, what } of acts) {
        if (what === 'put') store.put(key, response(length, language));
        else if (what === 'delete') store.delete(key);
        else if (what === 'code') {
          const found = store.find(key, any);
          if (found !== undefined) store.keepCoded(key, found, 'br', Buffer.alloc(length));
        } else if (what === 'grow') growing.add(Buffer.alloc(length));
        else store.find(key, any);
        expect(store.bytes).toBeLessThanOrEqual(maxBytes);
        expect(store.entries).toBeLessThanOrEqual(maxEntries);
      }
      growing.drop();
      for (const key of ['a', 'b', 'c', 'd', 'e', 'f']) store.delete(key);
      expect([store.bytes, store.entries]).toEqual([0, 0]);
    }),
  );
});

it('copies a body part by part, or not at all', () => {
  const part = fc.uint8Array({ maxLength: 9000 }).map((bytes) => Buffer.from(bytes));
  fc.assert(
    fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
      const store = new ResponseStore({ maxBytes: 100_000, maxEntries: 1 });
      const body = new GrowingBody(store, 30_000);
      const whole = Buffer.concat(parts);
      const fits = parts.every((bytes) => body.add(bytes));
      expect(fits).toBe(whole.length <= 30_000);
      if (fits) expect(body.take().equals(whole)).toBe(true);
      expect(store.bytes).toBe(0);
    }),
  );
});
