import { expect, it } from 'vitest';
import { z } from 'zod';
import { describeIssues } from '../../src/events/describe-issues.js';

const schema = z.object({ total: z.number(), items: z.array(z.object({ sku: z.string().max(3) })), note: z.string() });

it.each([
  [{ total: '5', items: [], note: '' }, 'total is "5": expected number, received string'],
  [{ total: 5, items: [{}] }, 'items.0.sku is missing; note is missing'],
  [7, 'the data is 7: expected object, received number'],
  [
    { total: 5, items: [{ sku: 'x'.repeat(99) }], note: '' },
    `items.0.sku is "${'x'.repeat(58)}…: Too big: expected string to have <=3 characters`,
  ],
])('names each field with its value: %j', (data, told) => {
  const { error } = schema.safeParse(data);
  expect(error && describeIssues(error, data)).toBe(told);
});

it('names the fields alone where the data is not given', () => {
  const { error } = schema.safeParse({ total: 5, items: [] });
  expect(error && describeIssues(error)).toBe('note: Invalid input: expected string, received undefined');
});
