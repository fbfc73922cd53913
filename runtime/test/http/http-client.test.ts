import { getEventListeners, once } from 'node:events';
import type { IncomingMessage, RequestListener } from 'node:http';
import { join } from 'node:path';
import { Breakers } from '@mscli/runtime/breaker';
import { DiscoveryFile, register, setStatus, tripBreaker, withdraw } from '@mscli/runtime/discovery';
import { CallError, HttpClient, type HttpClientOptions } from '@mscli/runtime/http';
import { currentTrace, parseTraceparent, runWithTrace } from '@mscli/runtime/telemetry';
import { describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { anInstance } from '../discovery/an-instance.js';
import { temporaryFolder } from '../discovery/temporary-folder.js';
import { aServer } from './a-server.js';

const soon = { timeout: 10_000, interval: 5 };

describe('a call', () => {
  test('sends JSON and reads JSON', async () => {
    const requests: { message: IncomingMessage; text: string }[] = [];
    await using set = await setUp(async (message, response) => {
      requests.push({ message, text: await textOf(message) });
      response.writeHead(201, { 'content-type': 'application/json; charset=utf-8' }).end('{"id":7}');
    });
    const answer = await set.http.post('b', '/things?x=1', { name: 'lamp' }, { idempotencyKey: 'k-1' });
    expect(answer).toMatchObject({ status: 201, body: { id: 7 } });
    expect(requests[0]?.text).toBe('{"name":"lamp"}');
    expect(requests[0]?.message).toMatchObject({ method: 'POST', url: '/things?x=1' });
    expect(requests[0]?.message.headers).toMatchObject({
      'content-type': 'application/json',
      'idempotency-key': 'k-1',
      'user-agent': 'a',
    });
    expect(requests[0]?.message.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('reads text as text and nothing as undefined', async () => {
    await using set = await setUp((message, response) => {
      if (message.url === '/none') response.writeHead(204).end();
      else response.writeHead(200, { 'content-type': 'text/plain' }).end('{"not":"parsed"}');
    });
    expect((await set.http.get('b', '/text')).body).toBe('{"not":"parsed"}');
    expect((await set.http.delete('b', '/none')).body).toBeUndefined();
  });

  test('belongs to the running trace and request', async () => {
    await using set = await setUp((message, response) => response.end(JSON.stringify(message.headers)));
    const sent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const [answer, trace] = await runWithTrace(
      sent,
      async () => [await set.http.put('b', '/', {}), currentTrace()] as const,
      { requestId: 'r-1', tracestate: 'v=1' },
    );
    const headers = JSON.parse(String(answer.body));
    expect(headers).toMatchObject({ 'x-request-id': 'r-1', tracestate: 'v=1' });
    expect(parseTraceparent(headers.traceparent)).toMatchObject({ traceId: trace?.traceId, spanId: trace?.spanId });
  });

  test('may take as long as it likes', async () => {
    await using set = await setUp((_, response) => void setTimeout(() => response.end('late'), 30));
    expect((await set.http.get('b', '/', { deadlineMs: Number.POSITIVE_INFINITY })).body).toBe('late');
  });

  test('says what its answer must be, and does not know what was done when it is something else', async () => {
    await using set = await setUp((_, response) => {
      response.writeHead(201, { 'content-type': 'application/json' }).end('{"id":"7"}');
    });
    const answer = await set.http.post('b', '/things', {}, { answer: z.object({ id: z.coerce.number() }) });
    expect(answer.body.id).toBe(7);
    await expect(set.http.post('b', '/things', {}, { answer: z.object({ id: z.number() }) })).rejects.toMatchObject({
      code: 'CALL_FAILED',
      message: expect.stringContaining('id: '),
      retriable: false,
      outcomeUnknown: true,
    });
    expect(set.breakers.for('b').state.kind).toBe('closed');
  });

  test('headers of its own win', async () => {
    await using set = await setUp((message, response) => response.end(message.headers['x-request-id']));
    expect((await set.http.get('b', '/', { headers: { 'X-Request-Id': 'mine' } })).body).toBe('mine');
  });

  test('needs an absolute path', async () => {
    await using set = await setUp((_, response) => response.end());
    await expect(set.http.get('b', 'things')).rejects.toMatchObject({ code: 'INVALID_PATH' });
  });
});

describe('instances', () => {
  test('are called in turn, only those that are ready', async () => {
    await using set = await setUp((_, response) => response.end('first'));
    await using second = await aServer((_, response) => response.end('second'));
    await register(set.file, anInstance('b-2', { url: second.url }));
    const bodies = async () => [
      (await set.http.get('b', '/')).body,
      (await set.http.get('b', '/')).body,
      (await set.http.get('b', '/')).body,
    ];
    expect(new Set(await bodies())).toEqual(new Set(['first', 'second']));
    await setStatus(set.file, 'b-1', 'stopping');
    expect(await bodies()).toEqual(['second', 'second', 'second']);
  });

  test('none: says so, and does not count against the callee', async () => {
    await using set = await setUp((_, response) => response.end());
    await setStatus(set.file, 'b-1', 'unhealthy');
    for (let n = 0; n < 10; n += 1) {
      const error = await failureOf(set.http.get('b', '/'));
      expect(error).toMatchObject({ code: 'CALL_NO_INSTANCE', retriable: true, outcomeUnknown: false, service: 'b' });
    }
    expect(set.breakers.for('b').failures).toBe(0);
  });

  test('keep their connection from call to call, and lose it when they are gone', async () => {
    await using set = await setUp((_, response) => response.end());
    const sockets = new Set<unknown>();
    let closed = 0;
    set.upstream.server.on('connection', (socket) => {
      sockets.add(socket);
      socket.on('close', () => {
        closed += 1;
      });
    });
    for (let n = 0; n < 20; n += 1) await set.http.get('b', '/');
    // A call may begin just before the connection of the last one is free again.
    expect(sockets.size).toBeLessThanOrEqual(2);
    await withdraw(set.file, 'b-1');
    await vi.waitFor(() => expect(closed).toBe(sockets.size), soon);
  });

  test('that restart at the same address are called again', async () => {
    await using set = await setUp((_, response) => response.end('before'));
    expect((await set.http.get('b', '/')).body).toBe('before');
    await set.upstream.close();
    expect(await failureOf(set.http.get('b', '/'))).toMatchObject({ code: 'CALL_FAILED', retriable: true });
    await using _again = await aServer((_, response) => response.end('after'), set.upstream.port);
    expect((await set.http.get('b', '/')).body).toBe('after');
  });
});

describe('failures', () => {
  test('a breaker that is open refuses, without a call', async () => {
    let calls = 0;
    await using set = await setUp((_, response) => {
      calls += 1;
      response.end();
    });
    await set.file.update((draft) => tripBreaker(draft, 'a->b', { author: 'ann', forMs: 60_000 }));
    const error = await failureOf(set.http.get('b', '/'));
    expect(error).toMatchObject({ code: 'CALL_REFUSED', retriable: true, outcomeUnknown: false });
    expect(error.retryAfterMs).toBeGreaterThan(0);
    expect(error.retryAfterMs).toBeLessThanOrEqual(60_000);
    expect(calls).toBe(0);
  });

  test('five in a row open the breaker', async () => {
    await using set = await setUp((_, response) => response.writeHead(500).end());
    for (let n = 0; n < 5; n += 1) expect((await failureOf(set.http.get('b', '/'))).code).toBe('CALL_STATUS');
    expect((await failureOf(set.http.get('b', '/'))).code).toBe('CALL_REFUSED');
  });

  test.each([
    [400, false, false, 0],
    [404, false, false, 0],
    [409, false, false, 0],
    [408, true, false, 0],
    [429, true, false, 0],
    [302, false, false, 0],
    [500, true, true, 1],
    [501, false, false, 1],
    [503, true, true, 1],
  ])(
    'status %d: retriable %s, outcome unknown %s, %d failures',
    async (status, retriable, outcomeUnknown, failures) => {
      await using set = await setUp((_, response) =>
        response
          .writeHead(status, { 'content-type': 'application/problem+json', 'retry-after': '2' })
          .end('{"title":"t"}'),
      );
      const error = await failureOf(set.http.get('b', '/secret?token=1'));
      expect(error).toMatchObject({ code: 'CALL_STATUS', status, retriable, outcomeUnknown, body: { title: 't' } });
      expect(error.retryAfterMs).toBe(2000);
      expect(error.message).toBe(`a->b: GET /secret was answered with ${status}.`);
      expect(set.breakers.for('b').failures).toBe(failures);
    },
  );

  test('an answer that does not come in time', async () => {
    await using set = await setUp(() => {});
    const closed = new Promise((resolve) =>
      set.upstream.server.on('connection', (socket) => socket.on('close', resolve)),
    );
    const error = await failureOf(set.http.post('b', '/', {}, { deadlineMs: 100 }));
    expect(error).toMatchObject({ code: 'CALL_TIMEOUT', retriable: true, outcomeUnknown: true });
    expect(error.message).toContain('100 ms');
    expect(set.breakers.for('b').failures).toBe(1);
    await closed;
  });

  test('a body that does not end in time', async () => {
    await using set = await setUp((_, response) => response.writeHead(200).write('begun'), { deadlineMs: 100 });
    expect(await failureOf(set.http.get('b', '/'))).toMatchObject({ code: 'CALL_TIMEOUT', outcomeUnknown: true });
    expect(set.breakers.for('b').failures).toBe(1);
  });

  test('a refused connection never left, and its address stays in the cause', async () => {
    await using set = await setUp((_, response) => response.end());
    await set.upstream.close();
    const error = await failureOf(set.http.get('b', '/', { attempts: 1 }));
    expect(error).toMatchObject({ code: 'CALL_FAILED', retriable: true, outcomeUnknown: false });
    expect(error.cause).toMatchObject({ code: 'ECONNREFUSED' });
    expect(error.message).not.toContain('127.0.0.1');
    expect(error.message).not.toContain(String(set.upstream.port));
    expect(set.breakers.for('b').failures).toBe(1);
  });

  test.each([
    ['before the answer', false],
    ['in the answer', true],
  ])('a connection that breaks %s', async (_, isAnswering) => {
    await using set = await setUp((message, response) => {
      if (isAnswering) response.writeHead(200, { 'content-length': 10 }).write('half');
      setTimeout(() => message.socket.destroy(), 20);
    });
    const error = await failureOf(set.http.post('b', '/', {}));
    expect(error).toMatchObject({ code: 'CALL_FAILED', retriable: true, outcomeUnknown: true });
    expect(set.breakers.for('b').failures).toBe(1);
  });

  test('a body above the limit, which is the caller’s own limit', async () => {
    await using set = await setUp((_, response) => response.end('x'.repeat(1001)), { maxBodyBytes: 1000 });
    expect(await failureOf(set.http.get('b', '/'))).toMatchObject({ code: 'CALL_FAILED', retriable: false });
    expect(set.breakers.for('b').failures).toBe(0);
    await using exact = await setUp((_, response) => response.end('x'.repeat(1000)), { maxBodyBytes: 1000 });
    expect((await exact.http.get('b', '/')).body).toHaveLength(1000);
  });

  test('JSON that is none', async () => {
    await using set = await setUp((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"half":');
    });
    expect(await failureOf(set.http.get('b', '/'))).toMatchObject({ code: 'CALL_FAILED', retriable: false });
  });

  test('a header that cannot be sent is the caller’s fault', async () => {
    await using set = await setUp((_, response) => response.end());
    await expect(set.http.get('b', '/', { headers: { 'x-bad': 'a\nb' } })).rejects.toThrow('invalid x-bad header');
    expect(set.breakers.for('b').failures).toBe(0);
  });
});

describe('giving up', () => {
  test('ends the call with the caller’s reason, counts neither way, leaves no listener', async () => {
    await using set = await setUp(() => {});
    const controller = new AbortController();
    const arrived = once(set.upstream.server, 'request');
    const call = set.http.get('b', '/', { signal: controller.signal });
    await arrived;
    const reason = new Error('enough');
    controller.abort(reason);
    await expect(call).rejects.toBe(reason);
    expect(set.breakers.for('b').failures).toBe(0);
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
  });

  test('before the call makes none', async () => {
    await using set = await setUp((_, response) => response.end());
    const asked = vi.spyOn(set.breakers.for('b'), 'acquire');
    const reason = new Error('enough');
    await expect(set.http.get('b', '/', { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(asked).not.toHaveBeenCalled();
  });

  test('a long-lived signal gathers no listeners over many calls', async () => {
    await using set = await setUp((_, response) => response.end());
    const { signal } = new AbortController();
    for (let n = 0; n < 50; n += 1) await set.http.get('b', '/', { signal });
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });
});

test('closing waits for the calls under way', async () => {
  const finished: string[] = [];
  await using set = await setUp((_, response) => void setTimeout(() => response.end('late'), 50));
  const call = set.http.get('b', '/').then(({ body }) => finished.push(String(body)));
  await once(set.upstream.server, 'request');
  await set.http.close();
  await call;
  expect(finished).toEqual(['late']);
});

async function setUp(listener: RequestListener, options: Partial<HttpClientOptions> = {}) {
  const folder = await temporaryFolder();
  const upstream = await aServer(listener);
  const file = await DiscoveryFile.open(join(folder.path, 'discovery.json'));
  await register(file, anInstance('b-1', { url: upstream.url }));
  const breakers = new Breakers({ caller: 'a', instanceId: 'a-1', discovery: file });
  const http = new HttpClient({ caller: 'a', discovery: file, breakers, ...options });
  return {
    upstream,
    file,
    breakers,
    http,
    async [Symbol.asyncDispose]() {
      await http.close();
      await breakers.close();
      await upstream.close();
      await file.close();
      await folder[Symbol.asyncDispose]();
    },
  };
}

async function failureOf(call: Promise<unknown>): Promise<CallError> {
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(CallError);
  return error as CallError;
}

async function textOf(message: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of message) text += chunk;
  return text;
}
