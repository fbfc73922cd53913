import { expect, it } from 'vitest';
import { killUpstreams } from './killed-upstream.js';

it('never shows half an answer of a service that was killed as a whole one, and serves what can be repeated', {
  timeout: 60_000,
}, async () => {
  const { asked, broken, whole, wholeOfTheDead } = await killUpstreams(2);
  expect(asked.failed).toEqual([]);
  expect(asked.served).toBeGreaterThan(50);
  expect([broken > 0, broken + whole, wholeOfTheDead]).toEqual([true, 16, 0]);
});
