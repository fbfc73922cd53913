import type { RequestListener } from 'node:http';
import { setImmediate as nextTurn, setTimeout } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { request } from 'undici';
import { afterEach, describe, expect, it } from 'vitest';
import { ask, http2Session } from '../setup/http2-connection.js';
import { TestStack } from '../setup/stack.js';
import { testGateway } from '../setup/test-gateway.js';
import { tlsGateway } from '../setup/tls-gateway.js';
import { httpUpstream } from '../setup/upstream.js';

const stack = new TestStack();
afterEach(() => stack.end());

const PIECE = 20_000;
const PIECES = 15;
const letters = [...'abcdefghijkl'];
/** More than the system takes for a client that does not read. */
const LONG_PIECES = 500;

/** Answers with a letter's body, piece by piece, so that the answers to all letters come mixed on their connections. */
const spell: RequestListener = async (incoming, outgoing) => {
  const letter = incoming.url?.at(-1) ?? '';
  outgoing.setHeader('Content-Type', 'text/plain');
  outgoing.setHeader('Cache-Control', 'max-age=60');
  const pieces = incoming.url?.startsWith('/long') ? LONG_PIECES : PIECES;
  for (let piece = 0; piece < pieces; piece++) {
    outgoing.write(`${letter}${piece % 10}`.repeat(PIECE / 2));
    await nextTurn();
  }
  outgoing.end();
};

function spelt(letter: string, pieces = PIECES): string {
  return Array.from({ length: pieces }, (_, piece) => `${letter}${piece % 10}`.repeat(PIECE / 2)).join('');
}

async function expectAll(get: (path: string) => Promise<string>): Promise<void> {
  const bodies = await Promise.all(letters.map((letter) => get(`/${letter}`)));
  expect(bodies.map((body, at) => body === spelt(letters[at] ?? ''))).toEqual(letters.map(() => true));
}

async function gateway(policies: object) {
  const upstream = stack.use(await httpUpstream(spell));
  const { url } = stack.use(await testGateway({ '/': { urls: [upstream.url], policies } }));
  return async (path: string, headers = {}) => {
    const { body } = await request(`${url}${path}`, { headers });
    return body;
  };
}

describe('what is read of one answer while another one is on its way', () => {
  it('is not mixed with it on the way to clients', async () => {
    const get = await gateway({});
    await expectAll(async (path) => (await get(path)).text());
  });

  it('is not mixed with it on the way to clients that read late', async () => {
    const get = await gateway({});
    const bodies = await Promise.all(['a', 'b', 'c', 'd'].map((letter) => get(`/long/${letter}`)));
    await setTimeout(300);
    const texts = await Promise.all(bodies.map((body) => body.text()));
    expect(texts.map((text, at) => text === spelt(letters[at] ?? '', LONG_PIECES))).toEqual(texts.map(() => true));
  });

  it('is not mixed with it in streams of HTTP/2', async () => {
    const upstream = stack.use(await httpUpstream(spell));
    const session = stack.use(http2Session(stack.use(await tlsGateway({ '/': { urls: [upstream.url] } }))));
    await expectAll(async (path) => (await ask(session, { ':path': path })).body);
  });

  it('is not mixed with it where it is compressed', async () => {
    const get = await gateway({ compression: {} });
    await expectAll(async (path) => {
      const body = await get(path, { 'accept-encoding': 'gzip' });
      return gunzipSync(Buffer.from(await body.arrayBuffer())).toString();
    });
  });

  it('is not mixed with it in the cache', async () => {
    const get = await gateway({ cache: { for: '1m' } });
    const text = async (path: string) => (await get(path)).text();
    await expectAll(text);
    await expectAll(text);
  });
});
