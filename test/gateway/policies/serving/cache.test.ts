import { setTimeout as sleep } from 'node:timers/promises';
import { brotliDecompressSync } from 'node:zlib';
import { request } from 'undici';
import { afterEach, describe, expect, it } from 'vitest';
import { openRaw } from '../../setup/raw-client.js';
import { TestStack } from '../../setup/stack.js';
import { addInstance } from '../../setup/test-gateway.js';
import { httpUpstream } from '../../setup/upstream.js';
import { waitUntil } from '../../setup/wait-until.js';
import { answer, cached } from './cached-upstream.js';

const stack = new TestStack();
afterEach(() => stack.end());

/** A client that has left is noticed before anybody's patience ends. */
const patient = { policies: { cache: { wait: '20s' } }, limits: { halfClosedMs: 100 } };
const minute = { 'cache-control': 'max-age=60' };

describe('the cache', () => {
  it('gives a fresh answer to others, with its age, and says so', async () => {
    const { ask, seen, outcomes } = await cached(stack, (_, outgoing, count) => {
      outgoing.writeHead(200, { ...minute, 'content-type': 'text/plain', age: '7', 'x-count': count });
      outgoing.write('one ');
      outgoing.end('two');
    });
    const first = await ask();
    expect([first.text, first.cache]).toEqual(['one two', 'mscli; fwd=uri-miss; stored']);
    const second = await ask();
    expect([second.status, second.text, seen.length]).toEqual([200, 'one two', 1]);
    expect(second.cache).toMatch(/^mscli; hit; ttl=5\d$/);
    expect(second.headers).toMatchObject({ 'content-type': 'text/plain', 'content-length': '7', 'x-count': '1' });
    expect(Number(second.headers.age)).toBeGreaterThanOrEqual(7);
    expect(second.headers['x-request-id']).not.toBe(first.headers['x-request-id']);
    expect(second.headers.date).toBe(first.headers.date);
    const head = await ask('/a', {}, 'HEAD');
    expect([head.text, head.headers['content-length'], seen.length]).toEqual(['', '7', 1]);
    await waitUntil(() => outcomes().length === 3, 'the access lines');
    expect(outcomes()).toEqual(['miss', 'hit', 'hit']);
  });

  it('stores what does not say how long only where the route does', async () => {
    const silent = await cached(stack, answer('x', {}));
    for (let n = 0; n < 2; n++) expect((await silent.ask()).cache).toBe('mscli; fwd=uri-miss');
    const route = await cached(stack, answer('x', {}), { policies: { cache: { for: '1m' } } });
    await route.ask();
    expect((await route.ask()).cache).toMatch(/hit/);
  });

  it('asks again when the time is up, and is told that nothing has changed', async () => {
    const { ask, seen, outcomes } = await cached(stack, (incoming, outgoing) => {
      const isKnown = incoming.headers['if-none-match'] === '"one"';
      outgoing.writeHead(isKnown ? 304 : 200, {
        etag: '"one"',
        'cache-control': 'no-cache',
        'x-known': String(isKnown),
      });
      outgoing.end(isKnown ? '' : 'the page');
    });
    await ask();
    const second = await ask();
    expect([second.status, second.text, second.headers['x-known']]).toEqual([200, 'the page', 'true']);
    expect(second.cache).toBe('mscli; fwd=stale; fwd-status=304');
    const third = await ask('/a', { 'if-none-match': 'W/"one"' });
    expect([third.status, third.text, third.headers.etag]).toEqual([304, '', '"one"']);
    expect(seen.map(({ headers }) => headers['if-none-match'])).toEqual([undefined, '"one"', '"one"']);
    await waitUntil(() => outcomes().length === 3, 'the access lines');
    expect(outcomes()).toEqual(['miss', 'revalidated', 'revalidated']);
  });

  it('takes the new answer where it has changed', async () => {
    const { ask } = await cached(stack, (_, outgoing, count) => {
      outgoing.writeHead(200, { etag: `"${count}"`, 'cache-control': count === 1 ? 'no-cache' : 'max-age=60' });
      outgoing.end(`page ${count}`);
    });
    const texts = [await ask(), await ask(), await ask()].map(({ text }) => text);
    expect(texts).toEqual(['page 1', 'page 2', 'page 2']);
  });

  it('answers conditions of clients by itself while the answer is fresh', async () => {
    const modified = 'Sun, 22 Nov 2026 10:00:00 GMT';
    const { ask, seen } = await cached(stack, answer('x', { ...minute, etag: '"one"', 'last-modified': modified }));
    await ask();
    const known = await ask('/a', { 'if-none-match': '"two", W/"one"' });
    expect([known.status, known.text, known.headers.etag]).toEqual([304, '', '"one"']);
    expect([known.headers['content-length'], known.headers['cache-control']]).toEqual([undefined, 'max-age=60']);
    expect((await ask('/a', { 'if-modified-since': modified })).status).toBe(304);
    expect((await ask('/a', { 'if-none-match': '"two"' })).text).toBe('x');
    expect(seen).toHaveLength(1);
  });

  it('passes a condition on where nothing is stored, and never stores the 304', async () => {
    const { ask, seen } = await cached(stack, (incoming, outgoing) => {
      const isKnown = incoming.headers['if-none-match'] !== undefined;
      outgoing.writeHead(isKnown ? 304 : 200, { etag: '"one"', ...minute }).end(isKnown ? '' : 'the page');
    });
    expect((await ask('/a', { 'if-none-match': '"one"' })).status).toBe(304);
    expect((await ask()).text).toBe('the page');
    expect(seen).toHaveLength(2);
  });

  it('keeps apart what the answer varies by', async () => {
    const { ask, seen } = await cached(stack, (incoming, outgoing) => {
      const language = incoming.headers['accept-language'] ?? 'none';
      outgoing.writeHead(200, { ...minute, vary: 'Accept-Language' }).end(language);
    });
    for (let n = 0; n < 2; n++) {
      for (const language of ['en', 'de']) {
        const { text, cache } = await ask('/a', { 'accept-language': language });
        expect(text).toBe(language);
        expect(cache).toMatch(n === 0 ? (language === 'en' ? /uri-miss/ : /vary-miss/) : /hit/);
      }
    }
    expect((await ask()).text).toBe('none');
    expect(seen).toHaveLength(3);
  });

  it('keeps paths, queries and hosts apart', async () => {
    const { ask } = await cached(stack, (incoming, outgoing) => {
      outgoing.writeHead(200, minute).end(`${incoming.headers.host} ${incoming.url}`);
    });
    for (let n = 0; n < 2; n++) {
      for (const path of ['/a', '/a/', '/a?x', '/a?x=', '/a/%41', '/a/A']) {
        for (const host of ['one.example', 'two.example', 'ONE.example']) {
          expect((await ask(path, { host })).text).toBe(`${host} ${path}`);
        }
      }
    }
  });

  it('does as the request says', async () => {
    const { ask, seen } = await cached(
      stack,
      (_, outgoing, count) => void outgoing.writeHead(200, minute).end(`${count}`),
    );
    const none = await ask('/a', { 'cache-control': 'only-if-cached' });
    expect([none.status, JSON.parse(none.text).type, seen.length]).toEqual([504, 'urn:mscli:problem:not-stored', 0]);
    expect((await ask()).text).toBe('1');
    expect((await ask('/a', { 'cache-control': 'only-if-cached' })).text).toBe('1');
    expect((await ask('/a', { 'cache-control': 'no-store' })).text).toBe('2');
    expect((await ask()).text).toBe('1');
    expect((await ask('/a', { 'cache-control': 'no-cache' })).text).toBe('3');
    expect((await ask()).text).toBe('3');
    expect((await ask('/a', { range: 'bytes=0-0' })).cache).toBe('mscli; fwd=bypass');
  });

  it('forgets what an unsafe method has changed, also what is on its way just then', async () => {
    let release = () => {};
    let isHeld = false;
    const { ask, seen } = await cached(stack, (incoming, outgoing, count) => {
      if (incoming.method !== 'GET') return void outgoing.writeHead(incoming.url === '/a/bad' ? 409 : 204).end();
      outgoing.writeHead(200, { ...minute, 'content-length': 2 });
      if (isHeld) outgoing.write('o');
      release = () => void outgoing.end(isHeld ? 'k' : 'ok');
      if (!isHeld) release();
      else isHeld = count > 99;
    });
    await ask('/a/1');
    await ask('/a/bad');
    await ask('/a/1', {}, 'PUT');
    await ask('/a/bad', {}, 'POST');
    expect((await ask('/a/1')).cache).toMatch(/miss/);
    expect((await ask('/a/bad')).cache).toMatch(/hit/);
    isHeld = true;
    const before = seen.length;
    const slow = ask('/a/2');
    await waitUntil(() => seen.length > before, 'the slow answer to begin');
    await ask('/a/2', {}, 'DELETE');
    isHeld = true;
    release();
    expect((await slow).text).toBe('ok');
    isHeld = false;
    expect((await ask('/a/2')).cache).toMatch(/miss/);
  });

  it('compresses what it has stored for the clients that take it', async () => {
    const page = 'all the same '.repeat(500);
    const policies = { compression: {} };
    const { gateway, ask, seen } = await cached(
      stack,
      answer(page, { ...minute, 'content-type': 'text/plain', etag: '"1"' }),
      { policies },
    );
    expect((await ask('/a', { 'accept-encoding': 'gzip' })).headers['content-encoding']).toBe('gzip');
    expect((await ask()).text).toBe(page);
    const { headers, body } = await request(`${gateway.url}/a`, { headers: { 'accept-encoding': 'br' } });
    expect(brotliDecompressSync(Buffer.from(await body.arrayBuffer())).toString()).toBe(page);
    expect([headers.etag, headers['cache-status'], seen.length]).toEqual(['W/"1"', expect.stringMatching(/hit/), 1]);
    // Meanwhile it is compressed once and for all.
    const compressed = () => request(`${gateway.url}/a`, { headers: { 'accept-encoding': 'br' } });
    await waitUntil(async () => {
      const { headers: given, body: whole } = await compressed();
      const text = brotliDecompressSync(Buffer.from(await whole.arrayBuffer())).toString();
      expect([text, given.etag, given.vary]).toEqual([page, 'W/"1"', 'Accept-Encoding']);
      return given['content-length'] !== undefined;
    }, 'the compressed answer');
    const head = await ask('/a', { 'accept-encoding': 'br' }, 'HEAD');
    expect(head.headers).toMatchObject({ 'content-encoding': 'br', 'content-length': expect.stringMatching(/^\d+$/) });
    expect((await ask()).text).toBe(page);
    expect((await ask('/a', { 'accept-encoding': 'br', 'if-none-match': 'W/"1"' })).headers.etag).toBe('W/"1"');
  });

  it('makes anew for each client what is the gateway’s own word', async () => {
    const policies = {
      cors: { origins: ['https://one.example', 'https://two.example'] },
      rateLimit: { requests: 10, per: '1h' },
      headers: { answer: { set: { 'x-shop': '1' }, remove: ['server'] } },
    };
    const { ask, seen } = await cached(
      stack,
      (incoming, outgoing) => {
        const own = { 'access-control-allow-origin': incoming.headers.origin ?? '*', server: 'inner' };
        outgoing.writeHead(200, { ...minute, ...own }).end('x');
      },
      { policies },
    );
    const answers: Awaited<ReturnType<typeof ask>>[] = [];
    for (const name of ['one', 'two', 'evil']) answers.push(await ask('/a', { origin: `https://${name}.example` }));
    const fields = (name: string) => answers.map(({ headers }) => headers[name]);
    expect(fields('access-control-allow-origin')).toEqual(['https://one.example', 'https://two.example', undefined]);
    expect(fields('ratelimit').map((field) => /r=(\d+)/.exec(String(field))?.[1])).toEqual(['9', '8', '7']);
    expect([fields('x-shop'), fields('server')]).toEqual([Array(3).fill('1'), Array(3).fill(undefined)]);
    expect(new Set(fields('x-request-id')).size).toBe(3);
    expect(seen).toHaveLength(1);
  });

  it('keeps the answers of a canary apart', async () => {
    const canary = { service: 'b-service', header: { name: 'x-canary' } };
    const { ask, gateway } = await cached(stack, answer('own', minute), { policies: { canary } });
    const other = stack.use(await httpUpstream((_, outgoing) => outgoing.writeHead(200, minute).end('canary')));
    await gateway.update((draft) => void addInstance(draft, 'b-service', other.url, 1));
    const texts = [];
    for (const headers of [{}, { 'x-canary': '1' }, {}, { 'x-canary': '1' }])
      texts.push((await ask('/a', headers)).text);
    expect(texts).toEqual(['own', 'canary', 'own', 'canary']);
  });

  it('gives a large answer to a slow client piece by piece', async () => {
    const policies = { cache: { maxEntry: '8mb' } };
    const large = 'x'.repeat(7 * 2 ** 20);
    const { gateway, ask } = await cached(stack, answer(large, minute), { policies });
    await ask();
    const slow = openRaw(gateway.port);
    slow.socket.pause().write(`GET /a HTTP/1.1\r\nHost: 127.0.0.1:${gateway.port}\r\nConnection: close\r\n\r\n`);
    expect((await ask()).text.length).toBe(large.length);
    slow.socket.resume();
    await waitUntil(() => slow.socket.closed, 'the whole answer');
    expect(slow.text()).toMatch(/cache-status: mscli; hit/i);
    expect(slow.text().length - slow.text().indexOf('\r\n\r\n') - 4).toBe(large.length);
  });
});

describe('when the service cannot answer', () => {
  it('what is fresh is given out all the same, without asking the breaker', async () => {
    const { ask, gateway } = await cached(stack, answer('x', minute));
    await ask();
    await gateway.update((draft) => {
      draft.overrides['gateway->a-service'] = { id: '1', mode: 'open', author: 'test', at: new Date().toISOString() };
    });
    await waitUntil(async () => (await ask('/a/other')).status === 503, 'the breaker to be open');
    expect(await ask()).toMatchObject({ status: 200, text: 'x' });
  });

  it('what is stale stands in where it may', async () => {
    let isDown = false;
    const { ask, outcomes, gateway } = await cached(stack, (incoming, outgoing) => {
      if (isDown && incoming.url === '/a/cut') return void outgoing.destroy();
      const control = incoming.url === '/a/strict' ? 'max-age=0, must-revalidate' : 'max-age=0, stale-if-error=60';
      outgoing.writeHead(isDown ? 503 : 200, { etag: '"1"', 'cache-control': control }).end(isDown ? 'down' : 'up');
    });
    for (const path of ['/a', '/a/cut', '/a/strict']) await ask(path);
    isDown = true;
    expect(await ask()).toMatchObject({ status: 200, text: 'up', cache: expect.stringMatching(/hit; ttl=-?\d+/) });
    expect(await ask('/a/cut')).toMatchObject({ status: 200, text: 'up' });
    expect(await ask('/a/strict')).toMatchObject({ status: 503, text: 'down' });
    await waitUntil(() => outcomes().length === 6, 'the access lines');
    expect(gateway.requests()[4]).toMatchObject({ status: 200, reason: 'upstream-failed', cache: 'stale' });
  });
});

describe('many that miss the same at once', () => {
  it('make one request', async () => {
    const { ask, seen, outcomes } = await cached(stack, (_, outgoing) => {
      setTimeout(() => outgoing.writeHead(200, minute).end('x'), 100);
    });
    const answers = await Promise.all(Array.from({ length: 30 }, () => ask()));
    expect(answers.every(({ text }) => text === 'x')).toBe(true);
    expect(seen).toHaveLength(1);
    await waitUntil(() => outcomes().length === 30, 'the access lines');
    expect(outcomes().filter((outcome) => outcome === 'collapsed').length).toBeGreaterThan(0);
  });

  it('each go for themselves when the answer turns out to be for one, and then don’t wait again', async () => {
    const { ask, seen } = await cached(stack, (_, outgoing, count) => {
      setTimeout(() => outgoing.writeHead(200, { 'cache-control': 'private, max-age=60' }).end(`${count}`), 100);
    });
    const answers = await Promise.all(Array.from({ length: 5 }, () => ask()));
    expect(new Set(answers.map(({ text }) => text)).size).toBe(5);
    expect(seen).toHaveLength(5);
    const more = [ask(), ask()];
    await waitUntil(() => seen.length === 7, 'both at once');
    await Promise.all(more);
  });

  it('wait for the next one when the client of the first leaves', async () => {
    const waiting: (() => void)[] = [];
    const { gateway, ask, seen } = await cached(
      stack,
      (_, outgoing) => void waiting.push(() => outgoing.writeHead(200, minute).end('x')),
      patient,
    );
    const leaver = openRaw(gateway.port);
    leaver.socket.write(`GET /a HTTP/1.1\r\nHost: 127.0.0.1:${gateway.port}\r\n\r\n`);
    await waitUntil(() => seen.length === 1, 'the first');
    const others = [ask(), ask(), ask()];
    await sleep(50);
    expect(seen).toHaveLength(1);
    leaver.socket.destroy();
    await waitUntil(() => seen.length === 2, 'the second');
    waiting[1]?.();
    expect((await Promise.all(others)).map(({ text }) => text)).toEqual(['x', 'x', 'x']);
    expect(seen).toHaveLength(2);
  });

  it('wait no longer than the route says', async () => {
    const waiting: (() => void)[] = [];
    const policies = { cache: { wait: '50ms' } };
    const { ask, seen } = await cached(
      stack,
      (_, outgoing) => void waiting.push(() => outgoing.writeHead(200, minute).end('x')),
      { policies },
    );
    const all = [ask(), ask(), ask()];
    await waitUntil(() => seen.length === 3, 'those who waited in vain');
    for (const go of waiting) go();
    expect((await Promise.all(all)).map(({ text }) => text)).toEqual(['x', 'x', 'x']);
  });

  it('leave while they wait without leaving anything behind', async () => {
    let go = () => {};
    const { gateway, ask, seen } = await cached(
      stack,
      (_, outgoing) => {
        go = () => void outgoing.writeHead(200, minute).end('x');
      },
      patient,
    );
    const first = ask();
    await waitUntil(() => seen.length === 1, 'the first');
    const leaver = openRaw(gateway.port);
    leaver.socket.write(`GET /a HTTP/1.1\r\nHost: 127.0.0.1:${gateway.port}\r\n\r\n`);
    await sleep(50);
    leaver.socket.destroy();
    await waitUntil(() => gateway.requests().some(({ status }) => status === 499), 'the gateway to notice');
    go();
    expect((await first).text).toBe('x');
    expect((await ask()).cache).toMatch(/hit/);
    expect(seen).toHaveLength(1);
  });
});
