import { expect, expectTypeOf, it } from 'vitest';
import { z } from 'zod';
import { saga } from '../../src/saga/index.js';

const compensatable = { do: async () => 1, undo: async () => {} };
const forward = { do: async () => 'done' };

it('lets only those steps follow that may', () => {
  const begun = saga('place-order', z.object({ quantity: z.coerce.number() }));
  const pivoted = begun.compensatable('reserve', compensatable).pivot('debit', forward);
  expectTypeOf(pivoted).not.toHaveProperty('compensatable');
  expectTypeOf(pivoted).not.toHaveProperty('pivot');
  expectTypeOf(begun.retriable('only', forward)).not.toHaveProperty('compensatable');
  const whole = pivoted.retriable('confirm', {
    do: async ({ input, results }) => {
      expectTypeOf(input).toEqualTypeOf<{ quantity: number }>();
      expectTypeOf(results.reserve).toEqualTypeOf<number>();
      expectTypeOf(results.debit).toEqualTypeOf<string>();
      expectTypeOf(results).not.toHaveProperty('confirm');
    },
  });
  expect(whole.steps.map(({ name, kind }) => `${name} ${kind}`)).toEqual([
    'reserve compensatable',
    'debit pivot',
    'confirm retriable',
  ]);
  expect(begun.steps, 'a builder is not changed by what is built on it').toEqual([]);
});

it('fills in the defaults', () => {
  const [first, second] = saga('place-order', z.unknown())
    .compensatable('reserve', compensatable)
    .compensatable('book', {
      ...compensatable,
      timeoutMs: 5,
      retry: { attempts: 1, baseMs: 9 },
      undoRetry: { maxMs: 7 },
    }).steps;
  expect(first).toMatchObject({
    timeoutMs: 10_000,
    retry: { attempts: 3, baseMs: 100, maxMs: 30_000 },
    undoRetry: { attempts: 10, baseMs: 100, maxMs: 30_000 },
  });
  expect(second).toMatchObject({
    timeoutMs: 5,
    retry: { attempts: 1, baseMs: 9, maxMs: 30_000 },
    undoRetry: { attempts: 10, baseMs: 9, maxMs: 7 },
  });
});

it('refuses names that idempotency keys could not hold, and a name used twice', () => {
  expect(() => saga('Place Order', z.unknown())).toThrow(/"Place Order" cannot name a saga/);
  const begun = saga('place-order', z.unknown()).compensatable('reserve', compensatable);
  expect(() => begun.retriable('a:b', forward)).toThrow(/"a:b" cannot name a step/);
  expect(() => begun.retriable('reserve', forward)).toThrow(/two steps named reserve/);
});
