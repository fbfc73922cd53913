import { afterEach, describe, expect, it } from 'vitest';
import { openConnections } from '../../setup/open-connections.js';
import { type Fields, frame, frames, type RawHttp2, rawHttp2 } from '../../setup/raw-http2.js';
import { TestStack } from '../../setup/stack.js';
import { type TlsGateway, tlsConnection, tlsGateway } from '../../setup/tls-gateway.js';
import { httpUpstream } from '../../setup/upstream.js';
import { waitUntil } from '../../setup/wait-until.js';

const stack = new TestStack();
afterEach(() => stack.end());

const limits = { headMs: 200, keepAliveMs: 200, lingerMs: 100, idleMs: 200 };
const WHOLE_WINDOW = 2 ** 31 - 1;

async function connected() {
  const upstream = stack.use(await httpUpstream((_, outgoing) => outgoing.end(Buffer.alloc(20_000_000))));
  const settings = { metrics: { port: 0 } };
  const gateway = stack.use(await tlsGateway({ '/': { urls: [upstream.url] } }, { limits, settings }));
  return { gateway, client: stack.use(await rawHttp2(gateway)) };
}

function request(path: string, method = 'GET'): Fields {
  return Object.entries({ ':method': method, ':scheme': 'https', ':authority': 'a', ':path': path });
}

/** How much each answer of the connection may have before more is allowed. */
function setWindow({ send }: RawHttp2, bytes: number): void {
  const setting = Buffer.alloc(6);
  setting.writeUInt16BE(4);
  setting.writeUInt32BE(bytes, 2);
  send(frames.settings, 0, 0, setting);
}

function widenConnection({ send }: RawHttp2): void {
  const increment = Buffer.alloc(4);
  increment.writeUInt32BE(WHOLE_WINDOW - 65_535);
  send(frames.update, 0, 0, increment);
}

function closed(gateway: TlsGateway): Promise<void> {
  return waitUntil(() => openConnections(gateway) === 0, 'the gateway to have closed the connection');
}

describe('a connection of HTTP/2 is closed in the end', () => {
  it('where its client reads nothing at all, so that an answer that is cut cannot be reset', async () => {
    const { gateway, client } = await connected();
    setWindow(client, WHOLE_WINDOW);
    widenConnection(client);
    client.socket.pause();
    client.head(1, request('/'));
    await waitUntil(() => gateway.requests().length === 1, 'the end of the request');
    await closed(gateway);
  });

  it('where its client leaves no room for a refusal', async () => {
    const { gateway, client } = await connected();
    setWindow(client, 0);
    client.head(1, request('/', 'BREW'));
    await client.outcome(1);
    await closed(gateway);
  });

  it('where its client leaves no room for the answer about the gateway’s health', async () => {
    const { gateway, client } = await connected();
    setWindow(client, 0);
    client.head(1, request('/.mscli/health'));
    await client.outcome(1);
    await closed(gateway);
  });
});

it('a gateway stops in spite of a client that says goodbye and stays', async () => {
  const gateway = stack.use(await tlsGateway({}));
  const socket = await tlsConnection(gateway, { alpn: ['h2'], allowHalfOpen: true });
  stack.use({ [Symbol.asyncDispose]: async () => void socket.destroy() });
  socket.on('error', () => {}).resume();
  socket.write(`PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n`);
  socket.write(frame(frames.settings, 0, 0, Buffer.alloc(0)));
  socket.write(frame(frames.goaway, 0, 0, Buffer.alloc(8)));
  await waitUntil(() => socket.readableEnded, 'the end of the gateway’s side');
  await expect(gateway.gateway.stop()).resolves.toBeUndefined();
});
