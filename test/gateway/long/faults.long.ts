import { join } from 'node:path';
import { expect, test } from 'vitest';
import { changeDiscovery, raceWithCloses } from '../load/faults-under-load.js';
import { killUpstreams } from '../load/killed-upstream.js';
import { bundleGateway, bundleProgram } from '../setup/gateway-process.js';

const SECONDS = Number(process.env.SECONDS ?? 30);
const timeout = SECONDS * 10_000 + 60_000;

test('kept-alive connections that are closed at the wrong moment', { timeout }, async () => {
  const { repeatable, single, seen, races } = await raceWithCloses(SECONDS * 1000);
  const served = repeatable.reduce((sum, asked) => sum + asked.served, 0);
  const failed = repeatable.flatMap((asked) => asked.failed);
  const posts = { served: single.served, failed: single.failed.length, seen: seen.length };
  process.stdout.write(`${JSON.stringify({ seconds: SECONDS, races, served, failed: failed.length, posts })}\n`);
  expect(failed).toEqual([]);
  expect(new Set(seen).size).toBe(seen.length);
});

test('services that are killed in the middle of their answers', { timeout: 600_000 }, async () => {
  const rounds = 20;
  const { asked, ...downloads } = await killUpstreams(rounds);
  process.stdout.write(
    `${JSON.stringify({ kills: rounds, ...downloads, served: asked.served, failed: asked.failed.length })}\n`,
  );
  expect([asked.failed, downloads.wholeOfTheDead]).toEqual([[], 0]);
  expect(downloads.broken).toBeGreaterThan(rounds);
});

test('a discovery file that changes without end', { timeout }, async () => {
  await using gateway = await bundleGateway();
  await using changer = await bundleProgram(join(import.meta.dirname, '../load/fixtures/change-discovery.ts'));
  const { asked, changes } = await changeDiscovery({ gateway, changer }, SECONDS * 1000);
  const served = asked.reduce((sum, one) => sum + one.served, 0);
  process.stdout.write(
    `${JSON.stringify({ seconds: SECONDS, changesASecond: Math.round(changes / SECONDS), served })}\n`,
  );
  expect(asked.flatMap(({ failed }) => failed)).toEqual([]);
});
