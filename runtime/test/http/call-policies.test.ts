import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { Breakers } from '@mscli/runtime/breaker';
import { DiscoveryFile, register, tripBreaker } from '@mscli/runtime/discovery';
import { CallError, HttpClient, type HttpClientOptions } from '@mscli/runtime/http';
import { describe, expect, test, vi } from 'vitest';
import { anInstance } from '../discovery/an-instance.js';
import { temporaryFolder } from '../discovery/temporary-folder.js';
import { aServer } from './a-server.js';

const soon = { timeout: 10_000, interval: 5 };

describe('a call is made again', () => {
  test.each([
    ['a GET', 'GET', {}, 3],
    ['a PUT', 'PUT', { json: {} }, 3],
    ['a DELETE', 'DELETE', {}, 3],
    ['a POST', 'POST', { json: {} }, 1],
    ['a PATCH', 'PATCH', { json: {} }, 1],
    ['a POST with an idempotency key', 'POST', { json: {}, idempotencyKey: 'k-1' }, 3],
    ['a GET that wants only one', 'GET', { attempts: 1 }, 1],
  ])('%s, as often as it may', async (_, method, options, attempts) => {
    const seen: IncomingMessage[] = [];
    await using set = await setUp((message, response) => {
      seen.push(message);
      response.writeHead(503).end();
    });
    await expect(set.http.request('b', '/', { method, ...options })).rejects.toMatchObject({ code: 'CALL_STATUS' });
    expect(seen).toHaveLength(attempts);
    expect(new Set(seen.map(({ headers }) => headers['x-request-id'])).size).toBe(1);
    expect(set.breakers.for('b').failures).toBe(attempts);
  });

  test('at the next instance when the connection is refused, and then succeeds', async () => {
    await using set = await setUp((_, response) => response.end('alive'));
    await using gone = await aServer(() => {});
    await gone.close();
    await register(set.file, anInstance('b-0', { url: gone.url }));
    for (let n = 0; n < 4; n += 1) expect((await set.http.get('b', '/')).body).toBe('alive');
  });

  test.each([500, 501, 400, 404, 409])('not after a %d', async (status) => {
    let count = 0;
    await using set = await setUp((_, response) => {
      count += 1;
      response.writeHead(status).end();
    });
    await expect(set.http.get('b', '/')).rejects.toMatchObject({ status });
    expect(count).toBe(1);
  });

  test('after an attempt that took too long', async () => {
    let count = 0;
    await using set = await setUp((_, response) => {
      count += 1;
      if (count > 1) response.end('second');
    });
    expect((await set.http.get('b', '/', { attemptMs: 50 })).body).toBe('second');
    expect(set.breakers.for('b').calls).toMatchObject({ failure: 1, success: 1 });
  });

  test('only while the budget lasts', async () => {
    let count = 0;
    const listener: RequestListener = (_, response) => {
      count += 1;
      response.writeHead(502).end();
    };
    await using set = await setUp(
      listener,
      { retryBudget: { perSecond: 1, ratio: 0 } },
      { consecutiveFailures: false },
    );
    await Promise.allSettled(Array.from({ length: 10 }, () => set.http.get('b', '/')));
    // A second may pass meanwhile on a slow machine, but not many.
    expect(count).toBeGreaterThanOrEqual(11);
    expect(count).toBeLessThan(16);
  });

  test('not when the breaker refuses, nor when it has opened meanwhile', async () => {
    let count = 0;
    const listener: RequestListener = (_, response) => {
      count += 1;
      response.writeHead(502).end();
    };
    await using set = await setUp(listener, {}, { consecutiveFailures: 2 });
    await expect(set.http.get('b', '/')).rejects.toMatchObject({ code: 'CALL_REFUSED' });
    expect(count).toBe(2);
  });

  test('a Retry-After of a 429 counts for the breaker as a wish, not as a failure', async () => {
    const listener: RequestListener = (message, response) =>
      response.writeHead(message.url === '/busy' ? 429 : 500, { 'retry-after': '600' }).end();
    await using set = await setUp(listener, {}, { consecutiveFailures: 1, openMs: 1000 });
    await expect(set.http.get('b', '/busy')).rejects.toMatchObject({ status: 429, retryAfterMs: 600_000 });
    expect(set.breakers.for('b').state.kind).toBe('closed');
    await expect(set.http.get('b', '/')).rejects.toMatchObject({ status: 500 });
    expect(set.breakers.for('b').retryAfterMs()).toBeGreaterThan(500_000);
  });
});

describe('a bulkhead', () => {
  test('lets so many through at once, then those that wait, and refuses the rest', async () => {
    const held: ServerResponse[] = [];
    await using set = await setUp((_, response) => held.push(response), { bulkhead: { limit: 2, queue: 1 } });
    const calls = Array.from({ length: 4 }, () => set.http.get('b', '/').then(({ status }) => status, codeOf));
    await vi.waitFor(() => expect(held).toHaveLength(2), soon);
    await expect(calls[3]).resolves.toBe('CALL_OVERLOADED');
    for (const response of held.splice(0)) response.end();
    await vi.waitFor(() => expect(held).toHaveLength(1), soon);
    held[0]?.end();
    expect(await Promise.all(calls)).toEqual([200, 200, 200, 'CALL_OVERLOADED']);
    expect(set.breakers.for('b').calls).toEqual({ success: 3, failure: 0, ignored: 0, refused: 0 });
  });

  test('a call whose time is up while it waits holds no permit and counts for nothing', async () => {
    const held: ServerResponse[] = [];
    await using set = await setUp((_, response) => held.push(response), { bulkhead: { limit: 1 } });
    const first = set.http.get('b', '/');
    await vi.waitFor(() => expect(held).toHaveLength(1), soon);
    await expect(set.http.get('b', '/', { deadlineMs: 20 })).rejects.toMatchObject({ code: 'CALL_TIMEOUT' });
    held[0]?.end();
    await first;
    expect(set.breakers.for('b').calls).toEqual({ success: 1, failure: 0, ignored: 0, refused: 0 });
  });
});

describe('hedging', () => {
  test('a slow GET is made a second time; the loser counts for nothing', async () => {
    let count = 0;
    await using set = await setUp((_, response) => {
      count += 1;
      if (count === 2) response.end('second');
    });
    expect((await set.http.get('b', '/', { hedgeAfterMs: 20 })).body).toBe('second');
    await vi.waitFor(
      () => expect(set.breakers.for('b').calls).toEqual({ success: 1, failure: 0, ignored: 1, refused: 0 }),
      soon,
    );
  });

  test('a POST is not', async () => {
    let count = 0;
    await using set = await setUp((_, response) => {
      count += 1;
      setTimeout(() => response.end('first'), 60);
    });
    expect((await set.http.post('b', '/', {}, { hedgeAfterMs: 1 })).body).toBe('first');
    expect(count).toBe(1);
  });
});

describe('a fallback', () => {
  test('stands in while the breaker refuses, and says so', async () => {
    await using set = await setUp((_, response) => response.end('real'));
    await set.file.update((draft) => tripBreaker(draft, 'a->b', { author: 'ann' }));
    const fallback = (error: CallError) => error.code;
    const answer = await set.http.get<string>('b', '/', { fallback });
    expect(answer).toMatchObject({ body: 'CALL_REFUSED', isFallback: true });
  });

  test('does not stand in for a 404, nor for an answer, nor when the caller gives up', async () => {
    await using set = await setUp((message, response) => {
      if (message.url !== '/slow') response.writeHead(message.url === '/none' ? 404 : 200).end('real');
    });
    const fallback = vi.fn(() => 'instead');
    expect(await set.http.get<string>('b', '/', { fallback })).not.toHaveProperty('isFallback');
    await expect(set.http.get<string>('b', '/none', { fallback })).rejects.toMatchObject({ status: 404 });
    const controller = new AbortController();
    const call = set.http.get<string>('b', '/slow', { fallback, signal: controller.signal });
    controller.abort(new Error('enough'));
    await expect(call).rejects.toThrow('enough');
    expect(fallback).not.toHaveBeenCalled();
  });
});

async function setUp(
  listener: RequestListener,
  options: Partial<HttpClientOptions> = {},
  breaker: ReturnType<NonNullable<ConstructorParameters<typeof Breakers>[0]['optionsFor']>> = {},
) {
  const folder = await temporaryFolder();
  const upstream = await aServer(listener);
  const file = await DiscoveryFile.open(join(folder.path, 'discovery.json'));
  await register(file, anInstance('b-1', { url: upstream.url }));
  const breakers = new Breakers({ caller: 'a', instanceId: 'a-1', discovery: file, optionsFor: () => breaker });
  const http = new HttpClient({ caller: 'a', discovery: file, breakers, ...options });
  return {
    upstream,
    file,
    breakers,
    http,
    async [Symbol.asyncDispose]() {
      await upstream.close();
      await http.close();
      await breakers.close();
      await file.close();
      await folder[Symbol.asyncDispose]();
    },
  };
}

function codeOf(error: unknown): string {
  expect(error).toBeInstanceOf(CallError);
  return (error as CallError).code;
}
