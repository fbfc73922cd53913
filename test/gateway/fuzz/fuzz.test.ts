import { describe, expect, it } from 'vitest';
import { runFuzz } from './run-fuzz.js';

describe.each(['requests', 'answers'] as const)('%s that are nearly right', (kind) => {
  it('are refused, or mean to Node what they mean here', { timeout: 60_000 }, async () => {
    const { found, ...counts } = await runFuzz(kind, { count: 10_000, seed: 1 });
    expect(found).toEqual([]);
    // Neither side of the question may be empty.
    expect(counts.understood).toBeGreaterThan(1_000);
    expect(counts.refused).toBeGreaterThan(1_000);
  });
});
