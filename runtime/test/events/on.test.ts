import { expect, expectTypeOf, test } from 'vitest';
import { defineEvent, on, z } from '../../src/index.js';

const placed = defineEvent('order.placed', z.object({ id: z.string(), total: z.coerce.number().default(0) }));

test('a subscription is named after its event, or its pattern', () => {
  expect(on(placed, () => {})).toMatchObject({
    name: 'order.placed',
    pattern: 'order.placed',
    prefetch: 20,
    attempts: 3,
  });
  expect(on('order.*.#', () => {})).toMatchObject({ name: 'order.any.all', pattern: 'order.*.#' });
  expect(on(placed, () => {}, { name: 'send-mail' }).name).toBe('send-mail');
});

test('handlers see the data as the contract parses it', () => {
  on(placed, ({ data }) => {
    expectTypeOf(data).toEqualTypeOf<{ id: string; total: number }>();
  });
  on('order.#', ({ data }) => {
    expectTypeOf(data).toEqualTypeOf<unknown>();
  });
});

test.each(['Order.placed', 'placed', 'order..placed', 'order.#', ''])('"%s" is no event', (type) => {
  expect(() => defineEvent(type, z.object({}))).toThrow(expect.objectContaining({ code: 'INVALID_EVENT' }));
});

test.each([{ name: 'Send Mail' }, { prefetch: 0 }, { attempts: 1.5 }])('%o is refused', (options) => {
  expect(() => on(placed, () => {}, options)).toThrow(expect.objectContaining({ code: 'INVALID_EVENT' }));
});
