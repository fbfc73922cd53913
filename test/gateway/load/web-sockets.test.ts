import { expect, it } from 'vitest';
import { echoMessages } from './web-sockets.js';

it('carries the messages of many WebSockets both ways, each in its order, also to those that do not read', {
  timeout: 60_000,
}, async () => {
  expect(await echoMessages(40, 100)).toEqual({ echoed: 4_000, pushed: 400 });
});
