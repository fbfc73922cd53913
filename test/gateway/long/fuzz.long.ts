import { expect, test } from 'vitest';
import { runFuzz } from '../fuzz/run-fuzz.js';

const INPUTS = Number(process.env.FUZZ_INPUTS ?? 2_000_000);
const SEED = Number(process.env.SEED ?? Date.now() % 1_000_000_000);
const ROUND = 100_000;

test.each(['requests', 'answers'] as const)(
  `${INPUTS / 2} %s that are nearly right, seed ${SEED}`,
  { timeout: INPUTS * 5 + 120_000 },
  async (kind) => {
    const startedAt = performance.now();
    const counts = { inputs: 0, understood: 0, refused: 0 };
    const heaps: number[] = [];
    for (let done = 0; done < INPUTS / 2; done += ROUND) {
      const fuzzed = await runFuzz(kind, { count: Math.min(ROUND, INPUTS / 2 - done), seed: SEED + done });
      expect(fuzzed.found).toEqual([]);
      counts.inputs += fuzzed.inputs;
      counts.understood += fuzzed.understood;
      counts.refused += fuzzed.refused;
      heaps.push(Math.round(process.memoryUsage().heapUsed / 2 ** 20));
    }
    const seconds = Math.round((performance.now() - startedAt) / 1000);
    process.stdout.write(`${JSON.stringify({ kind, seed: SEED, ...counts, seconds, heapMegabytes: heaps })}\n`);
    expect(Math.min(...heaps.slice(-3)) - Math.min(...heaps.slice(0, 3))).toBeLessThan(32);
  },
);
