import { expect, test } from 'vitest';
import { listenToEvents } from '../load/events.js';

test('server-sent events for a minute', { timeout: 300_000 }, async () => {
  const { events, latest } = await listenToEvents(60_000);
  process.stdout.write(`${JSON.stringify({ seconds: 60, events, latestMs: Math.round(latest) })}\n`);
  expect(events).toBeGreaterThan(300);
});
