import { expect, test } from 'vitest';
import { echoMessages } from '../load/web-sockets.js';

const [SOCKETS, MESSAGES] = [500, 1_000];

test(`${SOCKETS} WebSockets of ${MESSAGES} messages each`, { timeout: 1_800_000 }, async () => {
  const startedAt = performance.now();
  const echoed = await echoMessages(SOCKETS, MESSAGES);
  const seconds = Math.round((performance.now() - startedAt) / 1000);
  process.stdout.write(`${JSON.stringify({ sockets: SOCKETS, ...echoed, seconds })}\n`);
  expect(echoed).toEqual({ echoed: SOCKETS * MESSAGES, pushed: (SOCKETS * MESSAGES) / 10 });
});
