import { expect, test } from 'vitest';
import { matchesPattern } from '../../src/events/index.js';

test.each([
  ['order.placed', 'order.placed', true],
  ['order.placed', 'order.paid', false],
  ['order.*', 'order.placed', true],
  ['order.*', 'order', false],
  ['order.*', 'order.step.done', false],
  ['order.#', 'order', true],
  ['order.#', 'order.step.done', true],
  ['order.#', 'orders.placed', false],
  ['#', 'a.b.c', true],
  ['#.done', 'done', true],
  ['#.done', 'order.step.done', true],
  ['#.done', 'order.step.done.twice', false],
  ['*.#.done', 'done', false],
  ['order.#.*.done', 'order.a.b.done', true],
])('%s %s: %s', (pattern, key, matches) => {
  expect(matchesPattern(pattern, key)).toBe(matches);
});
