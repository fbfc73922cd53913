import { connect } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { TestStack } from '../setup/stack.js';
import { type TestGateway, testGateway } from '../setup/test-gateway.js';
import { httpUpstream, rawUpstream } from '../setup/upstream.js';
import { makeAnswer } from './make-answer.js';
import { makeRequests } from './make-requests.js';
import { cutBytes } from './mutate-message.js';
import { type Random, random } from './random.js';

const stack = new TestStack();
afterEach(() => stack.end());

const INPUTS = 800;
const AT_ONCE = 100;
const limits = { headMs: 200, deadlineMs: 200, idleMs: 200, lingerMs: 50, halfClosedMs: 200, keepAliveMs: 200 };

it('survives requests that are nearly right, and lets go of every connection', { timeout: 60_000 }, async () => {
  let served = 0;
  const upstream = stack.use(
    await httpUpstream((incoming, outgoing) => {
      served += 1;
      incoming.resume().on('end', () => outgoing.end('ok'));
    }),
  );
  const gateway = stack.use(await testGateway({ '/': { urls: [upstream.url] } }, { limits }));
  await inTurns((number) => {
    const from = random(number);
    const bytes = makeRequests(from);
    return exchange(gateway.port, cutBytes(bytes, from), from);
  });
  expect(served).toBeGreaterThan(100);
  await expectSound(gateway);
});

it('survives answers that are nearly right, and lets go of every connection', { timeout: 60_000 }, async () => {
  let number = 0;
  const upstream = stack.use(
    await rawUpstream((socket) => {
      const from = random(++number);
      socket.on('data', (chunk) => {
        if (chunk.includes('GET /sound')) {
          socket.end('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nsound');
          return;
        }
        const pieces = cutBytes(makeAnswer(from), from);
        for (const piece of pieces) socket.write(piece);
        if (!from.oneIn(4)) socket.end();
      });
    }),
  );
  const gateway = stack.use(await testGateway({ '/': { urls: [upstream.url] } }, { limits }));
  // The breaker would soon keep everything from such an upstream.
  await gateway.update((draft) => {
    const by = { author: 'the test', at: new Date().toISOString() };
    draft.overrides['gateway->a-service'] = { id: 'o1', mode: 'disabled', ...by };
  });
  const request = Buffer.from('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  await inTurns((seed) => exchange(gateway.port, [request], random(seed)));
  const statuses = new Set(gateway.requests().map(({ status }) => status));
  expect([...statuses]).toEqual(expect.arrayContaining([200, 404, 502]));
  await expectSound(gateway);
});

async function inTurns(one: (number: number) => Promise<void>): Promise<void> {
  for (let first = 1; first <= INPUTS; first += AT_ONCE) {
    await Promise.all(Array.from({ length: AT_ONCE }, (_, i) => one(first + i)));
  }
}

/** Sends the pieces and waits for the end of the connection; sometimes the client closes its side, or leaves. */
function exchange(port: number, pieces: readonly Buffer[], from: Random): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => {});
    socket.on('close', () => resolve());
    socket.resume();
    for (const piece of pieces) socket.write(piece);
    if (from.oneIn(3)) socket.end();
    else if (from.oneIn(10)) setTimeout(() => socket.destroy(), from.int(20));
  });
}

async function expectSound(gateway: TestGateway): Promise<void> {
  expect(gateway.lines.filter(({ reason }) => reason === 'fault')).toEqual([]);
  expect((await fetch(`${gateway.url}/sound`)).status).toBe(200);
}
