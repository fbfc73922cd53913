import { expect, test } from 'vitest';
import { NginxAnswers } from '../fuzz/nginx/nginx-answers.js';
import { NginxRequests } from '../fuzz/nginx/nginx-requests.js';
import { fuzzAnswers, fuzzRequests, type NginxFuzzed } from '../fuzz/nginx/run-nginx-fuzz.js';
import type { Found } from '../fuzz/run-fuzz.js';

const INPUTS = Number(process.env.FUZZ_INPUTS ?? 2_000_000);
const SEED = Number(process.env.SEED ?? Date.now() % 1_000_000_000);
const ROUND = 25_600;
const timeout = INPUTS * 10 + 120_000;

test(`${INPUTS / 2} requests that are nearly right, on nginx and here, seed ${SEED}`, { timeout }, async () => {
  await using nginx = await NginxRequests.start();
  await inRounds('requests', (range) => fuzzRequests(nginx, range));
});

test(`${INPUTS / 2} answers that are nearly right, on nginx and here, seed ${SEED}`, { timeout }, async () => {
  await using nginx = await NginxAnswers.start();
  await inRounds('answers', (range) => fuzzAnswers(nginx, range));
});

async function inRounds(
  kind: string,
  fuzz: (range: { count: number; seed: number }) => Promise<NginxFuzzed>,
): Promise<void> {
  const startedAt = performance.now();
  const sum = { inputs: 0, agreed: 0, reasons: {} as Record<string, number> };
  const found: Found[] = [];
  const heaps: number[] = [];
  for (let done = 0; done < INPUTS / 2; done += ROUND) {
    const fuzzed = await fuzz({ count: Math.min(ROUND, INPUTS / 2 - done), seed: SEED + done });
    found.push(...fuzzed.found);
    sum.inputs += fuzzed.inputs;
    sum.agreed += fuzzed.agreed;
    for (const [reason, count] of Object.entries(fuzzed.reasons)) {
      sum.reasons[reason] = (sum.reasons[reason] ?? 0) + count;
    }
    heaps.push(Math.round(process.memoryUsage().heapUsed / 2 ** 20));
  }
  const seconds = Math.round((performance.now() - startedAt) / 1000);
  process.stdout.write(`${JSON.stringify({ kind, seed: SEED, ...sum, seconds, heapMegabytes: heaps })}\n`);
  expect(found.slice(0, 20)).toEqual([]);
  expect(Math.min(...heaps.slice(-3)) - Math.min(...heaps.slice(0, 3))).toBeLessThan(32);
}
