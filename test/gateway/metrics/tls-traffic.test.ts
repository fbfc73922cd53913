import { Agent, fetch } from 'undici';
import { afterEach, expect, it } from 'vitest';
import { TestStack } from '../setup/stack.js';
import { tlsGateway } from '../setup/tls-gateway.js';
import { httpUpstream } from '../setup/upstream.js';
import { waitUntil } from '../setup/wait-until.js';
import { readPage, valuesOf } from './read-page.js';

const stack = new TestStack();
afterEach(() => stack.end());

it.each([
  ['HTTP/1.1', false],
  ['HTTP/2', true],
])('counts connections and bytes of %s over TLS', async (_, allowH2) => {
  const upstream = stack.use(
    await httpUpstream((incoming, outgoing) => incoming.resume().on('end', () => outgoing.end('x'.repeat(20_000)))),
  );
  const gateway = stack.use(
    await tlsGateway({ '/a': { urls: [upstream.url] } }, { settings: { metrics: { port: 0 } } }),
  );
  const told = gateway.lines.find(({ msg }) => msg.startsWith('metrics on '))?.msg ?? '';
  const values = async (name: string) =>
    valuesOf(await readPage(told.replace('metrics on ', '')), `mscli_gateway_${name}`, { side: 'client' })[0] ?? 0;
  const dispatcher = new Agent({ connect: { ca: gateway.files.cert }, allowH2 });
  const reply = await fetch(`${gateway.url}/a`, { method: 'POST', body: 'y'.repeat(10_000), dispatcher });
  expect((await reply.text()).length).toBe(20_000);
  expect(await values('connections')).toBe(1);
  expect(await values('received_bytes_total')).toBeGreaterThan(10_000);
  expect(await values('sent_bytes_total')).toBeGreaterThan(20_000);
  await dispatcher.close();
  await waitUntil(async () => (await values('connections')) === 0, 'the connection to be gone');
  expect(await values('connections_opened_total')).toBe(1);
  expect(await values('sent_bytes_total')).toBeGreaterThan(20_000);
});
