import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { exchangeBytes, openRaw, statusOf } from '../setup/raw-client.js';
import { TestStack } from '../setup/stack.js';
import { testGateway } from '../setup/test-gateway.js';
import { answering, deadUrl, httpUpstream, rawUpstream } from '../setup/upstream.js';
import { waitUntil } from '../setup/wait-until.js';

const stack = new TestStack();
afterEach(() => stack.end());

const handshake =
  'GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n' +
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n';

describe('a WebSocket', () => {
  it('carries messages both ways, text and binary, small and large', async () => {
    const { client } = await connected((socket) =>
      socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary })),
    );
    for (const message of ['hello', '', 'ä'.repeat(70_000)]) {
      client.send(message);
      const [data, isBinary] = await once(client, 'message');
      expect([String(data), isBinary]).toEqual([message, false]);
    }
    const bytes = randomBytes(3_000_000);
    client.send(bytes);
    const [data] = await once(client, 'message');
    expect(bytes.equals(data as Buffer)).toBe(true);
    client.terminate();
  });

  it('shows the upstream who asks, keeps the protocol that was agreed on, and is logged when it ends', async () => {
    let headers: Record<string, unknown> = {};
    const { client, gateway } = await connected((_, seen) => {
      headers = seen;
    });
    expect(client.protocol).toBe('chat');
    expect(headers).toMatchObject({ 'x-forwarded-for': '127.0.0.1', upgrade: 'websocket', connection: 'Upgrade' });
    client.close();
    await waitUntil(() => gateway.requests().length === 1, 'the access line');
    expect(gateway.requests()[0]).toMatchObject({ status: 101, path: '/ws', route: '/ws' });
  });

  it('is closed at the upstream when the client closes it, and when the client vanishes', async () => {
    const codes: number[] = [];
    const open = () => connected((socket) => socket.on('close', (code) => codes.push(code)));
    (await open()).client.close(4001);
    await waitUntil(() => codes.length === 1, 'the first end');
    (await open()).client.terminate();
    await waitUntil(() => codes.length === 2, 'the second end');
    expect(codes).toEqual([4001, 1006]);
  });

  it.each([
    ['closes it', 'close', 4002],
    ['vanishes', 'terminate', 1006],
  ] as const)('is closed at the client when the upstream %s', async (_, how, code) => {
    const { client } = await connected((socket) => (how === 'close' ? socket.close(4002) : socket.terminate()));
    if (client.readyState !== WebSocket.CLOSED) expect((await once(client, 'close'))[0]).toBe(code);
  });

  it('holds a fast upstream back when the client does not read', async () => {
    const total = 200;
    const chunk = Buffer.alloc(1_000_000);
    let sent = 0;
    const { client } = await connected(
      async (socket) => {
        for (; sent < total && socket.readyState === WebSocket.OPEN; sent++) {
          await new Promise((resolve) => socket.send(chunk, resolve));
        }
      },
      (opened) => opened.pause(),
    );
    let before = -1;
    await waitUntil(async () => {
      const isStill = sent > 0 && sent === before;
      before = sent;
      await new Promise((resolve) => setTimeout(resolve, 200));
      return isStill;
    }, 'the upstream to be held back');
    expect(sent).toBeLessThan(total / 2);
    let received = 0;
    client.on('message', () => received++);
    client.resume();
    await waitUntil(() => received === total, 'everything to arrive');
    client.terminate();
  });

  it('loses nothing that comes together with the handshake, on either side', async () => {
    let received = '';
    const upstream = stack.use(
      await rawUpstream((socket) => {
        socket.once('data', () => {
          // The proof for the key of RFC 6455 §1.3.
          const proof = 'Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n';
          socket.write(`HTTP/1.1 101 Switching\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n${proof}\r\nfirst`);
        });
        socket.on('data', (chunk) => {
          received += chunk.toString('latin1');
        });
      }),
    );
    const gateway = stack.use(await testGateway({ '/ws': { urls: [upstream.url] } }));
    const client = openRaw(gateway.port);
    client.socket.write(`${handshake}\r\nearly`);
    expect(await client.seen(/first$/)).toMatch(/^HTTP\/1\.1 101 /);
    await waitUntil(() => /\r\n\r\nearly$/.test(received), 'what the client sent early');
    client.socket.write(' and late');
    await waitUntil(() => received.endsWith('early and late'), 'what it sent later');
    client.socket.destroy();
  });

  it('is refused with what the upstream says, and its connection is closed', async () => {
    const upstream = stack.use(await httpUpstream((_, outgoing) => outgoing.end()));
    upstream.server.on('upgrade', (_, socket) => {
      socket.end('HTTP/1.1 426 Upgrade Required\r\nContent-Length: 4\r\n\r\nnone');
    });
    const gateway = stack.use(await testGateway({ '/': { urls: [upstream.url] } }));
    const { text, closed } = await exchangeBytes(gateway.port, `${handshake}\r\n`);
    expect([statusOf(text), closed]).toEqual([426, true]);
    expect(text).toMatch(/none$/);
  });

  it('gets problem answers as any request', async () => {
    const urls = [await deadUrl()];
    const gateway = stack.use(await testGateway({ '/ws': { urls }, '/none': { service: 'none', urls: [] } }));
    expect(statusOf((await exchangeBytes(gateway.port, `${handshake}\r\n`)).text)).toBe(502);
    expect(statusOf((await exchangeBytes(gateway.port, `${handshake.replace('/ws', '/none')}\r\n`)).text)).toBe(503);
    expect(statusOf((await exchangeBytes(gateway.port, `${handshake.replace('/ws', '/x')}\r\n`)).text)).toBe(404);
  });
});

describe('tunnelling by upgrade', () => {
  it('is refused when the request has a body', async () => {
    const upstream = stack.use(await httpUpstream((_, outgoing) => outgoing.end()));
    const gateway = stack.use(await testGateway({ '/ws': { urls: [upstream.url] } }));
    const { text } = await exchangeBytes(gateway.port, `${handshake}Content-Length: 5\r\n\r\nGET /`);
    expect(statusOf(text)).toBe(400);
  });

  it('is not begun without a Connection that lists it', async () => {
    const upstream = stack.use(
      await httpUpstream((incoming, outgoing) => outgoing.end(JSON.stringify(incoming.headers))),
    );
    const gateway = stack.use(await testGateway({ '/ws': { urls: [upstream.url] } }));
    const bytes = handshake.replace('Connection: Upgrade', 'Connection: close');
    const { text } = await exchangeBytes(gateway.port, `${bytes}\r\n`);
    expect(statusOf(text)).toBe(200);
    expect(text).not.toContain('"upgrade"');
  });

  it.each([
    ['the wrong proof', 'Sec-WebSocket-Accept: AAAA\r\n'],
    ['no proof', ''],
  ])('is refused when the 101 has %s', async (_, accept) => {
    const switching = `HTTP/1.1 101 Switching\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n${accept}\r\n`;
    const upstream = stack.use(await rawUpstream(answering(switching, { ends: false })));
    const gateway = stack.use(await testGateway({ '/ws': { urls: [upstream.url] } }));
    expect(statusOf((await exchangeBytes(gateway.port, `${handshake}\r\n`)).text)).toBe(502);
  });

  it('is not possible behind an answer that is still due', async () => {
    let answer = () => {};
    let hasSwitched = false;
    const upstream = stack.use(
      await httpUpstream((_, outgoing) => {
        answer = () => outgoing.end('first');
      }),
    );
    upstream.server.on('upgrade', (_, socket) => {
      hasSwitched = true;
      socket.end('HTTP/1.1 426 Upgrade Required\r\nContent-Length: 6\r\n\r\nsecond');
    });
    const gateway = stack.use(await testGateway({ '/ws': { urls: [upstream.url] } }));
    const client = openRaw(gateway.port);
    client.socket.write(`GET /ws HTTP/1.1\r\nHost: a\r\n\r\n${handshake}\r\n`);
    await waitUntil(() => answer.name !== '' && client.socket.bytesWritten > 0, 'both requests to be sent');
    expect([client.text(), hasSwitched]).toEqual(['', false]);
    await waitUntil(() => {
      answer();
      return client.text().includes('first');
    }, 'the first answer');
    expect(await client.seen(/second$/)).toMatch(/^HTTP\/1\.1 200 .*first.*HTTP\/1\.1 426 .*second$/s);
    client.socket.destroy();
  });
});

describe('any other upgrade', () => {
  const h2c = 'Host: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n';

  it('is declined: the request is answered over HTTP/1.1 and the upstream sees none of it', async () => {
    const upstream = stack.use(
      await httpUpstream(async (incoming, outgoing) => {
        let body = '';
        for await (const chunk of incoming) body += chunk;
        outgoing.end(JSON.stringify({ body, ...incoming.headers }));
      }),
    );
    const gateway = stack.use(await testGateway({ '/': { urls: [upstream.url] } }));
    const client = openRaw(gateway.port);
    client.socket.write(`POST / HTTP/1.1\r\n${h2c}Content-Length: 4\r\n\r\nbo`);
    client.socket.write('dy');
    const text = await client.seen(/"body":"body".*}/s);
    expect(statusOf(text)).toBe(200);
    expect(text).not.toMatch(/h2c|http2-settings|"upgrade"/i);
    client.socket.write('GET /next HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
    await client.seen(/"body":"".*}/s);
    client.socket.destroy();
  });
});

async function connected(
  onConnection: (socket: WebSocket, headers: Record<string, unknown>) => void,
  onOpening: (client: WebSocket) => void = () => {},
) {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const sockets = new WebSocketServer({ server, handleProtocols: () => 'chat' });
  sockets.on('connection', (socket, request) => {
    socket.on('error', () => {});
    onConnection(socket, request.headers);
  });
  stack.use({
    async [Symbol.asyncDispose]() {
      for (const socket of sockets.clients) socket.terminate();
      server.close();
    },
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const gateway = stack.use(await testGateway({ '/ws': { urls: [url] } }));
  const client = new WebSocket(`ws://127.0.0.1:${gateway.port}/ws`, ['chat']);
  client.on('error', () => {});
  client.once('open', () => onOpening(client));
  await once(client, 'open');
  return { client, gateway };
}
