import { getEventListeners } from 'node:events';
import { createServer } from 'node:http';
import { testBroker } from '@mscli/amqp-broker';
import { expect, it } from 'vitest';
import { checkHealth } from '../../src/supervisor/check-health.js';
import { freePorts } from '../support/free-ports.js';

const { signal } = new AbortController();

it.each([
  [200, { ok: true }],
  [204, { ok: true }],
  [503, { ok: false, reason: '/health/ready answers 503' }],
  [302, { ok: false, reason: '/health/ready answers 302' }],
])('takes %d for what it is', async (status, health) => {
  await using server = await listen((_, response) => response.writeHead(status).end('body'));
  expect(await checkHealth({ kind: 'http', url: `${server.url}/health/ready` }, signal)).toEqual(health);
});

it('is patient to a limit with a process that does not answer', async () => {
  await using server = await listen(() => {});
  const health = await checkHealth({ kind: 'http', url: server.url }, signal, 50);
  expect(health).toEqual({ ok: false, reason: 'no answer within 50 ms' });
});

it('says when nobody listens', async () => {
  const [port] = await freePorts(1);
  const health = await checkHealth({ kind: 'http', url: `http://127.0.0.1:${port}/` }, signal);
  expect(health).toEqual({ ok: false, reason: 'nothing listens on its port yet' });
});

it('believes a broker only after the handshake with the right password', async () => {
  await using broker = await testBroker();
  const url = new URL(broker.url);
  [url.username, url.password] = ['guest', 'guest'];
  expect(await checkHealth({ kind: 'amqp', url: url.href }, signal)).toEqual({ ok: true });
  url.password = 'wrong';
  expect(await checkHealth({ kind: 'amqp', url: url.href }, signal)).toMatchObject({ ok: false });
});

it('leaves no listener on the signal', async () => {
  const abort = new AbortController();
  await using server = await listen((_, response) => response.end());
  for (let i = 0; i < 5; i++) await checkHealth({ kind: 'http', url: server.url }, abort.signal);
  expect(getEventListeners(abort.signal, 'abort')).toHaveLength(0);
});

async function listen(answer: Parameters<typeof createServer>[1]) {
  const server = createServer(answer as never);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as { port: number }).port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
