import { once } from 'node:events';
import { get, request } from 'node:https';
import { connect as connectPlainly } from 'node:net';
import { text } from 'node:stream/consumers';
import { connect } from 'node:tls';
import { readDiscovery } from '@mscli/runtime/discovery';
import { Agent, fetch as undiciFetch } from 'undici';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { makeCertificate } from '../setup/certificate.js';
import { exchangeBytes } from '../setup/raw-client.js';
import { TestStack } from '../setup/stack.js';
import { testGateway } from '../setup/test-gateway.js';
import { tlsConnection, tlsGateway } from '../setup/tls-gateway.js';
import { answering, httpUpstream, rawUpstream } from '../setup/upstream.js';
import { waitUntil } from '../setup/wait-until.js';

const stack = new TestStack();
afterEach(() => stack.end());

async function echoing(options: Parameters<typeof tlsGateway>[1] = {}) {
  const upstream = stack.use(
    await httpUpstream(async (incoming, outgoing) => {
      const body = await text(incoming);
      outgoing.end(JSON.stringify({ url: incoming.url, headers: incoming.headers, body }));
    }),
  );
  const gateway = stack.use(await tlsGateway({ '/': { urls: [upstream.url] } }, options));
  return { upstream, gateway };
}

describe('HTTPS', () => {
  it('is what the gateway calls itself, and what services are told', async () => {
    const { gateway } = await echoing();
    expect(gateway.url).toBe(`https://127.0.0.1:${gateway.port}`);
    expect((await readDiscovery(gateway.path)).instances['gateway-1']?.url).toBe(gateway.url);
    const asked = get(`${gateway.url}/a`, { ca: gateway.files.cert });
    const [answer] = await once(asked, 'response');
    const { headers } = JSON.parse(await text(answer));
    expect(headers).toMatchObject({ 'x-forwarded-proto': 'https', forwarded: expect.stringContaining('proto=https') });
  });

  it('carries bodies both ways, on one connection for many requests', async () => {
    const { gateway } = await echoing();
    const dispatcher = new Agent({ connect: { ca: gateway.files.cert }, connections: 1 });
    for (let n = 0; n < 5; n++) {
      const body = `${n}`.repeat(300_000);
      const answer = await undiciFetch(`${gateway.url}/${n}`, { method: 'POST', body, dispatcher });
      expect(await answer.json()).toMatchObject({ url: `/${n}`, body });
    }
    await dispatcher.close();
    expect(gateway.requests().map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
  });

  it('answers a client that has closed its side behind its request', async () => {
    const { gateway } = await echoing();
    const socket = await tlsConnection(gateway, { allowHalfOpen: true });
    socket.end('GET /half HTTP/1.1\r\nHost: a\r\n\r\n');
    expect(await text(socket)).toContain('"url":"/half"');
  });

  it('answers pipelined requests in order', async () => {
    const { gateway } = await echoing();
    const socket = await tlsConnection(gateway);
    const ask = (path: string, last = '') => `GET ${path} HTTP/1.1\r\nHost: a\r\n${last}\r\n`;
    socket.write(ask('/1') + ask('/2') + ask('/3', 'Connection: close\r\n'));
    expect((await text(socket)).match(/"url":"[^"]+"/g)).toEqual(['"url":"/1"', '"url":"/2"', '"url":"/3"']);
  });

  it('carries WebSockets', async () => {
    const { gateway, upstream } = await echoing();
    const sockets = new WebSocketServer({ server: upstream.server });
    sockets.on('connection', (socket) => socket.on('message', (data) => socket.send(data)));
    const client = new WebSocket(`wss://127.0.0.1:${gateway.port}/ws`, { ca: gateway.files.cert });
    await once(client, 'open');
    const message = 'ä'.repeat(500_000);
    client.send(message);
    expect(String((await once(client, 'message'))[0])).toBe(message);
    client.close();
    await waitUntil(() => gateway.requests().length === 1, 'the access line');
    expect(gateway.requests()[0]).toMatchObject({ status: 101 });
    sockets.close();
  });

  it('cuts an answer off so that an HTTP/1.0 client does not see it end well', async () => {
    const begun = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nbegun\r\n';
    const upstream = stack.use(await rawUpstream(answering(begun, { ends: true })));
    const gateway = stack.use(await tlsGateway({ '/': { urls: [upstream.url] } }));
    const socket = await tlsConnection(gateway);
    socket.write('GET / HTTP/1.0\r\n\r\n');
    let received = '';
    socket.on('data', (bytes) => {
      received += bytes;
    });
    socket.on('error', () => {});
    await once(socket, 'close');
    expect(received).toMatch(/begun$/);
    expect(gateway.requests()[0]).toMatchObject({ reason: 'upstream-died' });
  });

  it('tells the upstream that the client has left', async () => {
    let left = false;
    const upstream = stack.use(
      await httpUpstream((incoming) => {
        incoming.on('close', () => {
          left = true;
        });
      }),
    );
    const gateway = stack.use(await tlsGateway({ '/': { urls: [upstream.url] } }));
    const asked = request(gateway.url, { ca: gateway.files.cert });
    asked.on('error', () => {});
    asked.end();
    await waitUntil(() => gateway.gateway.discovery.snapshot.revision > 0, 'the gateway');
    await new Promise((resolve) => upstream.server.once('request', resolve));
    asked.destroy();
    await waitUntil(() => left, 'the upstream to be told');
    await waitUntil(() => gateway.requests().length === 1, 'the access line');
    expect(gateway.requests()[0]).toMatchObject({ status: 499 });
  });
});

describe('the handshake', () => {
  it('may choose http/1.1 or nothing; a client that speaks neither is turned away', async () => {
    const { gateway } = await echoing();
    const named = await tlsConnection(gateway, { alpn: ['http/1.1'] });
    expect(named.alpnProtocol).toBe('http/1.1');
    named.destroy();
    await expect(tlsConnection(gateway, { alpn: ['imap'] })).rejects.toThrow(/alert/);
  });

  it('does not speak TLS below 1.2, nor anything below what is set', async () => {
    const { gateway } = await echoing();
    const old = connect({ port: gateway.port, ca: gateway.files.cert, minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1' });
    await expect(once(old, 'secureConnect')).rejects.toThrow();
    const older = await tlsConnection(gateway, { maxVersion: 'TLSv1.2' });
    expect(older.getProtocol()).toBe('TLSv1.2');
    older.destroy();
    const tls = { ...gateway.files.settings, minVersion: 'TLSv1.3' as const };
    const strict = stack.use(await testGateway({}, { settings: { tls } }));
    await expect(tlsConnection({ ...gateway, port: strict.port }, { maxVersion: 'TLSv1.2' })).rejects.toThrow();
  });

  it('has a time, after which the connection is closed, and others are served meanwhile', async () => {
    const { gateway } = await echoing({ limits: { handshakeMs: 100 } });
    const idle = Array.from({ length: 20 }, () => connectPlainly(gateway.port, '127.0.0.1'));
    let closed = 0;
    for (const socket of idle) {
      // The first bytes of a ClientHello of 512 bytes that never comes.
      socket.on('error', () => {}).write(Buffer.from([0x16, 3, 1, 2, 0, 1]));
      socket.resume().once('close', () => {
        closed += 1;
      });
    }
    const [answer] = await once(get(gateway.url, { ca: gateway.files.cert }), 'response');
    expect(answer.statusCode).toBe(200);
    await waitUntil(() => closed === idle.length, 'them to be closed');
    const told = gateway.lines.filter(({ msg }) => msg === 'a TLS handshake failed');
    expect(told).toMatchObject([{ cause: 'ERR_TLS_HANDSHAKE_TIMEOUT', address: '127.0.0.1' }]);
  });

  it('that is none harms nobody', async () => {
    const { gateway } = await echoing({ limits: { handshakeMs: 300 } });
    for (const bytes of ['GET / HTTP/1.1\r\nHost: a\r\n\r\n', '\0'.repeat(100), '\x16\x03\x01\x00\x02\x01\x00']) {
      const { text: answer, closed } = await exchangeBytes(gateway.port, bytes);
      expect([answer.startsWith('HTTP'), closed]).toEqual([false, true]);
    }
    const gone = connectPlainly(gateway.port, '127.0.0.1');
    await once(gone, 'connect');
    gone.resetAndDestroy();
    const [answer] = await once(get(gateway.url, { ca: gateway.files.cert }), 'response');
    expect(answer.statusCode).toBe(200);
  });

  it('that never ends does not hold up a stop', async () => {
    const { gateway } = await echoing();
    const socket = connectPlainly(gateway.port, '127.0.0.1');
    await once(socket, 'connect');
    socket.on('error', () => {}).resume();
    await gateway.gateway.stop({ deadlineMs: 100 });
    await waitUntil(() => socket.closed, 'it to be cut');
  });
});

describe('the certificate', () => {
  it('is another for new connections when its files change; the old ones go on', async () => {
    const { gateway } = await echoing();
    const old = await tlsConnection(gateway);
    const renewed = await makeCertificate();
    await gateway.files.replace(renewed);
    await waitUntil(() => gateway.lines.some(({ msg }) => msg === 'the certificate was renewed'), 'the renewal');
    const [answer] = await once(get(gateway.url, { ca: renewed.cert }), 'response');
    expect(answer.statusCode).toBe(200);
    await expect(tlsConnection(gateway)).rejects.toThrow(/self-signed/);
    old.write('GET /old HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
    expect(await text(old)).toContain('"url":"/old"');
  });

  it('that is expired is used and told of', async () => {
    const { gateway } = await echoing();
    const expiresAt = new Date('2020-01-01T00:00:00Z');
    await gateway.files.replace(await makeCertificate({ expiresAt }));
    const other = stack.use(await testGateway({}, { settings: { tls: gateway.files.settings } }));
    expect(other.lines[0]).toMatchObject({ level: 'warn', msg: 'the certificate has expired', expiresAt });
  });

  it('that is missing is said at the start, and nothing is left open', async () => {
    const tls = { certificate: '/nowhere/gateway.pem', key: '/nowhere/gateway.key', minVersion: 'TLSv1.2' as const };
    await expect(testGateway({}, { settings: { tls } })).rejects.toMatchObject({
      code: 'INVALID_CONFIG',
      message: 'The gateway’s certificate /nowhere/gateway.pem is not there.',
    });
  });
});
