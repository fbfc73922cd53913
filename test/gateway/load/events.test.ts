import { expect, it } from 'vitest';
import { listenToEvents } from './events.js';

it('passes each server-sent event on when it comes', { timeout: 60_000 }, async () => {
  expect((await listenToEvents(2_000)).events).toBeGreaterThan(5);
});
