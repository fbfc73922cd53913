import { randomBytes } from 'node:crypto';
import type { RequestListener, ServerResponse } from 'node:http';
import { brotliDecompressSync, createBrotliDecompress, gunzipSync } from 'node:zlib';
import { request } from 'undici';
import { afterEach, describe, expect, it } from 'vitest';
import { exchangeBytes, openRaw } from '../../setup/raw-client.js';
import { TestStack } from '../../setup/stack.js';
import { testGateway } from '../../setup/test-gateway.js';
import { httpUpstream } from '../../setup/upstream.js';
import { waitUntil } from '../../setup/wait-until.js';

const stack = new TestStack();
afterEach(() => stack.end());

const page = JSON.stringify(Array.from({ length: 200 }, (_, id) => ({ id, name: `product ${id}` })));

async function compressing(listener: RequestListener, compression: object = {}) {
  const upstream = stack.use(await httpUpstream(listener));
  return stack.use(await testGateway({ '/a': { urls: [upstream.url], policies: { compression } } }));
}

const json: RequestListener = (_, outgoing) => {
  outgoing.setHeader('Content-Type', 'application/json; charset=utf-8');
  outgoing.setHeader('Content-Length', page.length);
  outgoing.end(page);
};

async function get(url: string, accepted?: string, method: 'GET' | 'HEAD' = 'GET') {
  const headers = accepted === undefined ? {} : { 'accept-encoding': accepted };
  const response = await request(`${url}/a`, { headers, method });
  return { ...response, bytes: Buffer.from(await response.body.arrayBuffer()) };
}

describe('compression', () => {
  it('gives each client the coding that it likes best', async () => {
    const { url } = await compressing(json);
    const br = await get(url, 'gzip, deflate, br');
    expect([br.headers['content-encoding'], brotliDecompressSync(br.bytes).toString()]).toEqual(['br', page]);
    const gzip = await get(url, 'br;q=0.1, gzip');
    expect([gzip.headers['content-encoding'], gunzipSync(gzip.bytes).toString()]).toEqual(['gzip', page]);
    expect(gzip.bytes.length).toBeLessThan(page.length / 3);
    for (const accepted of [undefined, 'identity', 'br;q=0, gzip;q=0']) {
      const plain = await get(url, accepted);
      expect([plain.headers['content-encoding'], plain.bytes.toString()]).toEqual([undefined, page]);
      expect([plain.headers['content-length'], plain.headers.vary]).toEqual([String(page.length), 'Accept-Encoding']);
    }
  });

  it('changes the fields that spoke of the bytes, for HEAD as for GET', async () => {
    const { url } = await compressing((incoming, outgoing) => {
      outgoing.setHeader('ETag', '"one"');
      outgoing.setHeader('Vary', 'Accept-Language');
      outgoing.setHeader('Accept-Ranges', 'bytes');
      outgoing.setHeader('Content-MD5', 'x');
      outgoing.setHeader('Content-Digest', 'sha-256=:x:');
      outgoing.setHeader('Repr-Digest', 'sha-256=:x:');
      json(incoming, outgoing);
    });
    const answers = [await get(url, 'gzip'), await get(url, 'gzip', 'HEAD')];
    for (const { headers } of answers) {
      expect(headers).toMatchObject({ etag: 'W/"one"', 'content-encoding': 'gzip' });
      expect(headers.vary).toEqual(['Accept-Language', 'Accept-Encoding']);
      const gone = ['content-length', 'accept-ranges', 'content-md5', 'content-digest', 'repr-digest'];
      for (const name of gone) expect(headers[name]).toBeUndefined();
    }
    expect(answers[1]?.bytes.length).toBe(0);
    expect((await get(url)).headers).toMatchObject({ etag: '"one"', 'content-md5': 'x' });
  });

  it.each<[string, number, Record<string, string>, string]>([
    ['what is smaller than its least', 200, { 'content-type': 'text/plain' }, 'x'.repeat(1023)],
    ['what is of another type', 200, { 'content-type': 'image/png' }, 'x'.repeat(2000)],
    ['what has no type', 200, {}, 'x'.repeat(2000)],
    ['what is encoded already', 200, { 'content-type': 'text/plain', 'content-encoding': 'zstd' }, 'x'.repeat(2000)],
    ['what nobody may transform', 200, { 'content-type': 'text/plain', 'cache-control': 'no-transform' }, page],
    ['a part', 206, { 'content-type': 'text/plain', 'content-range': 'bytes 0-1999/5000' }, 'x'.repeat(2000)],
    ['a range that is not there', 416, { 'content-type': 'text/plain', 'content-range': 'bytes */5000' }, page],
    ['what has no body', 204, { 'content-type': 'text/plain' }, ''],
    ['an empty body', 200, { 'content-type': 'text/plain' }, ''],
  ])('leaves %s alone', async (_, status, headers, body) => {
    const { url } = await compressing((_incoming, outgoing) => {
      outgoing.writeHead(status, {
        etag: '"one"',
        ...(status === 204 ? {} : { 'content-length': body.length }),
        ...headers,
      });
      outgoing.end(body);
    });
    const answer = await get(url, 'br, gzip');
    expect(answer.bytes.toString()).toBe(body);
    expect([answer.statusCode, answer.headers.etag, answer.headers.vary]).toEqual([status, '"one"', undefined]);
    expect(answer.headers['content-encoding']).toBe(headers['content-encoding']);
  });

  it('weakens the tag of a 304 as that of the answer which it confirms', async () => {
    const { url } = await compressing((_, outgoing) => void outgoing.writeHead(304, { etag: '"one"' }).end());
    expect((await get(url, 'gzip')).headers).toMatchObject({ etag: 'W/"one"', vary: 'Accept-Encoding' });
    expect((await get(url)).headers.etag).toBe('"one"');
  });

  it('is for the types and codings that the route names', async () => {
    const settings = { types: ['application/x-own'], encodings: ['gzip'], min: '10b' };
    const { url } = await compressing((_, outgoing) => {
      outgoing.setHeader('Content-Type', 'application/x-own');
      outgoing.end('x'.repeat(10));
    }, settings);
    const { headers, bytes } = await get(url, 'br, gzip');
    expect([headers['content-encoding'], gunzipSync(bytes).toString()]).toEqual(['gzip', 'x'.repeat(10)]);
  });

  it('reaches clients of HTTP/1.0 too, up to the close', async () => {
    const { port } = await compressing(json);
    const { text } = await exchangeBytes(port, 'GET /a HTTP/1.0\r\nAccept-Encoding: gzip\r\n\r\n');
    const end = text.indexOf('\r\n\r\n') + 4;
    expect(text.slice(0, end)).not.toMatch(/transfer-encoding|content-length/i);
    expect(gunzipSync(Buffer.from(text.slice(end), 'latin1')).toString()).toBe(page);
  });

  it('keeps trailers', async () => {
    const { port } = await compressing((_, outgoing) => {
      outgoing.writeHead(200, { 'content-type': 'text/plain', trailer: 'x-sum' });
      outgoing.write(page);
      outgoing.addTrailers({ 'x-sum': '42' });
      outgoing.end();
    });
    const bytes = 'GET /a HTTP/1.1\r\nHost: a\r\nTE: trailers\r\nAccept-Encoding: br\r\nConnection: close\r\n\r\n';
    const { text } = await exchangeBytes(port, bytes);
    expect(text).toMatch(/content-encoding: br/i);
    expect(text.slice(-30)).toMatch(/\r\n0\r\nx-sum: 42\r\n\r\n$/i);
  });
});

describe('a compressed stream', () => {
  it('is not held back: each part arrives before the next is written', async () => {
    let outgoing: ServerResponse | undefined;
    const { url } = await compressing((_, answer) => {
      outgoing = answer.writeHead(200, { 'content-type': 'application/x-ndjson' });
      answer.write('first\n');
    });
    const { body, headers } = await request(`${url}/a`, { headers: { 'accept-encoding': 'br' } });
    expect(headers['content-encoding']).toBe('br');
    let text = '';
    const decoded = body.pipe(createBrotliDecompress()).on('data', (part) => {
      text += part;
    });
    for (const word of ['first', 'second', 'third']) {
      await waitUntil(() => text.endsWith(`${word}\n`), word);
      if (word !== 'third') outgoing?.write(`${word === 'first' ? 'second' : 'third'}\n`);
    }
    outgoing?.end();
    await waitUntil(() => decoded.readableEnded, 'the end');
  });

  it('of events is left alone, unless the route names it', async () => {
    const events: RequestListener = (_, outgoing) => {
      outgoing.writeHead(200, { 'content-type': 'text/event-stream' });
      outgoing.end('data: 1\n\n');
    };
    expect((await get((await compressing(events)).url, 'br')).bytes.toString()).toBe('data: 1\n\n');
    const { bytes } = await get((await compressing(events, { types: ['text/event-stream'] })).url, 'br');
    expect(brotliDecompressSync(bytes).toString()).toBe('data: 1\n\n');
  });

  it('goes as fast as the client reads', async () => {
    let written = 0;
    // Longer than the coder's window, or it would find each part again in the one before.
    const noise = Buffer.from(randomBytes(768 * 1024).toString('base64'));
    const { port } = await compressing((_, outgoing) => {
      outgoing.writeHead(200, { 'content-type': 'text/plain' });
      const pour = () => {
        while (written < 2 ** 30) {
          written += noise.length;
          if (!outgoing.write(noise)) return void outgoing.once('drain', pour);
        }
      };
      pour();
    });
    const client = openRaw(port);
    client.socket.write('GET /a HTTP/1.1\r\nHost: a\r\nAccept-Encoding: br\r\n\r\n');
    await client.seen(/content-encoding: br/i);
    client.socket.pause();
    let before = -1;
    await waitUntil(async () => {
      const isStill = written === before;
      before = written;
      await new Promise((resolve) => setTimeout(resolve, 300));
      return isStill && written === before;
    }, 'the service to be stopped');
    expect(written).toBeLessThan(64 * 2 ** 20);
    const stopped = written;
    client.socket.resume();
    await waitUntil(() => written > stopped + 4 * 2 ** 20, 'the service to go on');
    client.socket.destroy();
  });

  it('that breaks off does not look whole', async () => {
    const { url } = await compressing((_, outgoing) => {
      outgoing.writeHead(200, { 'content-type': 'text/plain' });
      outgoing.write(page);
      setTimeout(() => outgoing.destroy(), 20);
    });
    await expect(get(url, 'gzip')).rejects.toThrow();
  });

  it('has one of a bounded number of coders; without one an answer goes as it is, and leaving gives one back', async () => {
    const { port, url } = await compressing((_, outgoing) => {
      outgoing.writeHead(200, { 'content-type': 'text/plain' });
      outgoing.write(page);
    });
    const open = async () => {
      const client = openRaw(port);
      client.socket.write('GET /a HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip\r\n\r\n');
      await client.seen(/\r\n\r\n/);
      return client;
    };
    const clients = await Promise.all(Array.from({ length: 48 }, open));
    expect(clients.filter(({ text }) => /content-encoding: gzip/i.test(text()))).toHaveLength(48);
    const late = await open();
    expect(late.text()).not.toMatch(/content-encoding/i);
    expect(late.text()).toMatch(/vary: accept-encoding/i);
    for (const { socket } of [...clients, late]) socket.destroy();
    await waitUntil(async () => {
      const { headers, body } = await request(`${url}/a`, { headers: { 'accept-encoding': 'gzip' } });
      body.on('error', () => {}).destroy();
      return headers['content-encoding'] === 'gzip';
    }, 'a coder to be free again');
  });
});
