import { join } from 'node:path';
import { expect, test } from 'vitest';
import { besideSlowClients, type Measured } from '../load/slow-clients.js';
import { bundleGateway, bundleProgram } from '../setup/gateway-process.js';

const options = { slow: 1_000, fast: 64, rounds: Number(process.env.ROUNDS ?? 9), ms: 5_000 };

test('64 fast clients beside 1,000 slow ones', { timeout: 3_600_000 }, async () => {
  await using gateway = await bundleGateway();
  await using drip = await bundleProgram(join(import.meta.dirname, '../load/fixtures/drip.ts'));
  const rounds = await besideSlowClients({ gateway, drip }, options);
  const figures = rounds.map(({ alone, beside }) => ({ alone: figuresOf(alone), beside: figuresOf(beside) }));
  const ratio = median(figures.map(({ alone, beside }) => beside.p99 / alone.p99));
  const cpuRatio = median(figures.map(({ alone, beside }) => beside.cpuUs / alone.cpuUs));
  process.stdout.write(`${JSON.stringify({ ...options, figures, medianOfRatios: { p99: ratio, cpu: cpuRatio } })}\n`);
  for (const { alone, beside } of rounds) expect([alone.failed, beside.failed]).toEqual([[], []]);
  expect(ratio).toBeLessThan(1.5);
});

/** The p99 in milliseconds, and the gateway's processor time for a request in microseconds. */
function figuresOf({ latencies, served, cpuSeconds }: Measured) {
  return { served, p99: p99(latencies), cpuUs: Math.round((cpuSeconds * 1e6) / served) };
}

function p99(latencies: readonly number[]): number {
  const sorted = [...latencies].sort((a, b) => a - b);
  return Math.round((sorted[Math.floor(sorted.length * 0.99)] ?? 0) * 10) / 10;
}

function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;
}
