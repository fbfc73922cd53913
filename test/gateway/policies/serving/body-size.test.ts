import { request } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { exchangeBytes, openRaw, statusOf } from '../../setup/raw-client.js';
import { TestStack } from '../../setup/stack.js';
import { testGateway } from '../../setup/test-gateway.js';
import { httpUpstream } from '../../setup/upstream.js';
import { waitUntil } from '../../setup/wait-until.js';

const stack = new TestStack();
afterEach(() => stack.end());

async function limited(maxBody: string) {
  const received = { bytes: 0, whole: 0 };
  const upstream = stack.use(
    await httpUpstream((incoming, outgoing) => {
      incoming.on('data', (chunk: Buffer) => {
        received.bytes += chunk.length;
      });
      incoming.on('error', () => {});
      incoming.on('end', () => {
        received.whole += 1;
        outgoing.end('ok');
      });
    }),
  );
  const routes = { '/a': { urls: [upstream.url], policies: { maxBody } } };
  const gateway = stack.use(await testGateway(routes, { limits: { lingerMs: 200 } }));
  return { gateway, received };
}

describe('the largest body', () => {
  it('is refused by its length before any of it is asked for', async () => {
    const { gateway, received } = await limited('1kb');
    const head = 'POST /a HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 1025\r\n\r\n';
    const { text, closed } = await exchangeBytes(gateway.port, head);
    expect([statusOf(text), closed, received.bytes]).toEqual([413, true, 0]);
    expect(text).toContain('urn:mscli:problem:body-too-large');
    expect(text).toContain('must not be longer than 1024 bytes');
  });

  it('is taken up to the last byte, with a length and without', async () => {
    const { gateway } = await limited('1kb');
    const post = (body: string, headers: Record<string, string>) =>
      fetch(`${gateway.url}/a`, { method: 'POST', body, headers });
    expect((await post('x'.repeat(1024), {})).status).toBe(200);
    const chunk = (size: number) => `${size.toString(16)}\r\n${'x'.repeat(size)}\r\n`;
    const head = 'POST /a HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n';
    const { text } = await exchangeBytes(gateway.port, `${head}${chunk(512)}${chunk(512)}0\r\n\r\n`);
    expect(statusOf(text)).toBe(200);
  });

  it('is cut where it has no length and becomes too long, and the service never sees a whole one', async () => {
    const { gateway, received } = await limited('64kb');
    const client = openRaw(gateway.port);
    client.socket.write('POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n');
    const sender = setInterval(() => client.socket.write(`2000\r\n${'x'.repeat(0x2000)}\r\n`), 1);
    const text = await client.seen(/HTTP\/1\.1 \d+/);
    clearInterval(sender);
    expect(statusOf(text)).toBe(413);
    await waitUntil(() => client.socket.closed, 'the connection to be closed');
    expect(received.bytes).toBeLessThanOrEqual(64 * 1024);
    expect(received.whole).toBe(0);
    await waitUntil(() => gateway.requests().length === 1, 'the access line');
    expect(gateway.requests()[0]).toMatchObject({ status: 413, reason: 'body-too-large' });
  });

  it('is no failure of the service', async () => {
    const { gateway } = await limited('1b');
    for (let n = 0; n < 8; n++) {
      const status = await new Promise((resolve) => {
        const upload = request(`${gateway.url}/a`, { method: 'POST', agent: false });
        upload.once('response', (answer) => resolve(answer.resume().statusCode));
        upload.on('error', () => {});
        upload.flushHeaders();
        upload.end('xx');
      });
      expect(status).toBe(413);
    }
    expect((await fetch(`${gateway.url}/a`)).status).toBe(200);
  });
});
