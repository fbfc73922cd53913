import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { exchangeBytes, openRaw, statusOf } from '../setup/raw-client.js';
import { TestStack } from '../setup/stack.js';
import { type TestGateway, testGateway } from '../setup/test-gateway.js';
import { answering, deadUrl, httpUpstream, rawUpstream } from '../setup/upstream.js';
import { waitUntil } from '../setup/wait-until.js';

const stack = new TestStack();
afterEach(() => stack.end());

describe('an upstream that fails', () => {
  it.each([
    ['closes without an answer', ''],
    ['answers garbage', 'SSH-2.0-server\r\n'],
    [
      'answers with both a length and chunks',
      'HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    ],
    ['answers with two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd'],
    ['answers with an unknown coding', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nabc'],
    ['answers HTTP/1.0 with chunks', 'HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'],
    ['answers with an obs-fold', 'HTTP/1.1 200 OK\r\nX: a\r\n b\r\n\r\n'],
    ['answers with bare line feeds', 'HTTP/1.1 200 OK\nContent-Length: 0\n\n'],
    ['answers with an impossible status', 'HTTP/1.1 099 Odd\r\nContent-Length: 0\r\n\r\n'],
    ['switches protocols unasked', 'HTTP/1.1 101 Switching\r\nUpgrade: other\r\nConnection: Upgrade\r\n\r\n'],
  ])('and %s gives 502', async (_, answer) => {
    const upstream = stack.use(await rawUpstream(answering(answer)));
    const gateway = stack.use(await testGateway({ '/': { urls: [upstream.url] } }));
    await expectProblem(gateway, 502, 'upstream-failed');
  });

  it('and refuses connections gives 502 without its address', async () => {
    const url = await deadUrl();
    const gateway = stack.use(await testGateway({ '/': { urls: [url] } }));
    const { text } = await expectProblem(gateway, 502, 'upstream-failed');
    expect(text).not.toContain(new URL(url).port);
    expect(text).not.toContain('127.0.0.1');
  });

  it('and is registered at an https URL where nobody listens gives 502', async () => {
    const { port } = new URL(await deadUrl());
    const gateway = stack.use(await testGateway({ '/': { urls: [`https://127.0.0.1:${port}`] } }));
    await expectProblem(gateway, 502, 'upstream-failed');
    expect(gateway.requests()[0]).toMatchObject({ cause: `connect ECONNREFUSED 127.0.0.1:${port}` });
  });

  it('and hangs gives 504 after the deadline, and its connection is cut', async () => {
    let socket: Socket | undefined;
    const upstream = stack.use(
      await rawUpstream((opened) => {
        socket = opened;
        opened.resume();
      }),
    );
    const gateway = stack.use(await testGateway({ '/': { urls: [upstream.url] } }, { limits: { deadlineMs: 50 } }));
    await expectProblem(gateway, 504, 'upstream-timeout');
    await waitUntil(() => socket?.closed === true, 'the upstream to be cut');
  });

  it.each([
    ['of known length', 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\npart'],
    ['in chunks', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\npart\r\n'],
  ])('and dies in a body %s breaks the client’s connection off', async (_, answer) => {
    const upstream = stack.use(await rawUpstream(answering(answer)));
    const gateway = stack.use(await testGateway({ '/': { urls: [upstream.url] } }));
    const body = fetch(gateway.url).then((response) => response.text());
    await expect(body).rejects.toThrow();
    const { text } = await exchangeBytes(gateway.port, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    expect(text).toContain('part');
    expect(text).not.toMatch(/\r\n0\r\n\r\n/);
    await waitUntil(() => gateway.requests().length === 2, 'the access lines');
    expect(gateway.requests().map(({ reason }) => reason)).toEqual(['upstream-died', 'upstream-died']);
  });

  it('and dies in a body resets an HTTP/1.0 client, which takes a close for the end', async () => {
    const upstream = stack.use(
      await rawUpstream(answering('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\npart\r\n')),
    );
    const gateway = stack.use(await testGateway({ '/': { urls: [upstream.url] } }));
    const client = openRaw(gateway.port);
    const failed = once(client.socket, 'error');
    client.socket.write('GET / HTTP/1.0\r\n\r\n');
    expect((await failed)[0]).toMatchObject({ code: 'ECONNRESET' });
  });

  it('and stops in the middle of a body is cut after the idle time', async () => {
    const upstream = stack.use(
      await rawUpstream(answering('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\npart', { ends: false })),
    );
    const gateway = stack.use(await testGateway({ '/': { urls: [upstream.url] } }, { limits: { idleMs: 50 } }));
    await expect(fetch(gateway.url).then((response) => response.text())).rejects.toThrow();
    await waitUntil(() => gateway.requests().length === 1, 'the access line');
    expect(gateway.requests()[0]).toMatchObject({ status: 200, reason: 'upstream-stalled' });
  });

  it('and answers before it has read the body is heard', async () => {
    const upstream = stack.use(
      await httpUpstream((_, outgoing) => {
        outgoing.writeHead(413, { 'Content-Length': '9' }).end('too large');
      }),
    );
    const gateway = stack.use(await testGateway({ '/': { urls: [upstream.url] } }));
    const request = httpRequest({ port: gateway.port, method: 'POST', headers: { 'content-length': 50_000_000 } });
    request.on('error', () => {});
    request.write(Buffer.alloc(1_000_000));
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    expect(response.statusCode).toBe(413);
    let text = '';
    for await (const chunk of response) text += chunk;
    expect(text).toBe('too large');
    request.destroy();
  });
});

describe('a service', () => {
  it('without a ready instance gives 503 and Retry-After', async () => {
    const gateway = stack.use(await testGateway({ '/': { urls: [] } }));
    const { text } = await expectProblem(gateway, 503, 'no-instance');
    expect(text).toMatch(/\r\nRetry-After: 1\r\n/);
  });

  it('has its instances asked in turn, and only those that are ready', async () => {
    const upstreams = await Promise.all(
      [1, 2, 3].map(async (n) => stack.use(await httpUpstream((_, outgoing) => outgoing.end(String(n))))),
    );
    const gateway = stack.use(await testGateway({ '/': { urls: upstreams.map(({ url }) => url) } }));
    const ask = async () => (await fetch(gateway.url)).text();
    const first = [await ask(), await ask(), await ask(), await ask()];
    expect(first).toEqual(['1', '2', '3', '1']);
    await gateway.update((draft) => {
      (draft.instances['a-service-2'] as { status: string }).status = 'unhealthy';
    });
    const then = [await ask(), await ask(), await ask(), await ask()];
    expect(then.filter((n) => n === '2')).toEqual([]);
    expect(new Set(then)).toEqual(new Set(['1', '3']));
  });

  it('has another instance asked where one refuses the connection, whatever the method, with the whole body', async () => {
    const alive = stack.use(
      await httpUpstream(async (incoming, outgoing) => {
        let body = '';
        for await (const chunk of incoming) body += chunk;
        outgoing.end(body);
      }),
    );
    const gateway = stack.use(await testGateway({ '/': { urls: [await deadUrl(), await deadUrl(), alive.url] } }));
    for (let n = 0; n < 4; n++) {
      const response = await fetch(gateway.url, { method: 'POST', body: `body ${n}` });
      expect([response.status, await response.text()]).toEqual([200, `body ${n}`]);
    }
  });
});

describe('a stale kept-alive connection', () => {
  const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';
  /** Answers the first request of the first connection and hangs up on the second one; later connections work. */
  const fickle = async () => {
    let connections = 0;
    const upstream = stack.use(
      await rawUpstream((socket) => {
        const isFirst = ++connections === 1;
        let requests = 0;
        socket.on('data', () => {
          if (isFirst && ++requests > 1) socket.destroy();
          else socket.write(ok);
        });
      }),
    );
    return { gateway: stack.use(await testGateway({ '/': { urls: [upstream.url] } })), count: () => connections };
  };

  it.each([
    ['GET', {}],
    ['DELETE', {}],
    ['POST', { 'Idempotency-Key': 'k' }],
  ])('is replaced once for %s %o', async (method, headers) => {
    const { gateway, count } = await fickle();
    expect((await fetch(gateway.url)).status).toBe(200);
    expect((await fetch(gateway.url, { method, headers })).status).toBe(200);
    expect(count()).toBe(2);
  });

  it('is not replaced by one that has waited as well', async () => {
    const asked: Socket[] = [];
    const upstream = stack.use(
      await rawUpstream((socket) => {
        socket.once('data', () => {
          asked.push(socket);
          // The first one is answered when the second one is asked, so that both wait afterwards.
          if (asked.length === 2) for (const one of asked) one.write(ok);
          if (asked.length > 2) socket.write(ok);
          socket.once('data', () => socket.destroy());
        });
      }),
    );
    const gateway = stack.use(await testGateway({ '/': { urls: [upstream.url] } }));
    await Promise.all([fetch(gateway.url), fetch(gateway.url)]);
    expect((await fetch(gateway.url)).status).toBe(200);
    expect(asked).toHaveLength(3);
  });

  it('is not asked again for a POST', async () => {
    const { gateway, count } = await fickle();
    expect((await fetch(gateway.url)).status).toBe(200);
    expect((await fetch(gateway.url, { method: 'POST' })).status).toBe(502);
    expect(count()).toBe(1);
  });

  it('is not asked again when a byte of the answer came', async () => {
    let requests = 0;
    const upstream = stack.use(
      await rawUpstream((socket) => {
        socket.on('data', () => (++requests === 1 ? socket.write(ok) : socket.end('HTTP/1.1 2')));
      }),
    );
    const gateway = stack.use(await testGateway({ '/': { urls: [upstream.url] } }));
    expect((await fetch(gateway.url)).status).toBe(200);
    expect((await fetch(gateway.url)).status).toBe(502);
    expect(requests).toBe(2);
  });
});

describe('a client that leaves', () => {
  it.each([
    ['before the answer', '', /^$/],
    ['in the middle of it', 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\npart', /part/],
  ])('%s has the upstream cut, and the breaker does not mind', async (_, answer, until) => {
    let socket: Socket | undefined;
    const upstream = stack.use(
      await rawUpstream((opened) => {
        socket = opened;
        opened.once('data', () => opened.write(answer));
      }),
    );
    const gateway = stack.use(await testGateway({ '/': { urls: [upstream.url] } }));
    const client = openRaw(gateway.port);
    client.socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await waitUntil(() => (socket?.bytesRead ?? 0) > 0 && until.test(client.text()), 'the request to arrive');
    client.socket.destroy();
    await waitUntil(() => socket?.closed === true, 'the upstream to be cut');
    await waitUntil(() => gateway.requests().length === 1, 'the access line');
    expect(gateway.requests()[0]).toMatchObject({ reason: 'client-gone' });
    expect(await failures(gateway)).toBe(0);
  });
});

describe('the breaker of a service', () => {
  it('opens after five failures in a row, refuses with Retry-After, and leaves other services alone', async () => {
    let asked = 0;
    const broken = stack.use(
      await httpUpstream((_, outgoing) => {
        asked += 1;
        outgoing.writeHead(500).end();
      }),
    );
    const fine = stack.use(await httpUpstream((_, outgoing) => outgoing.end('fine')));
    const routes = { '/a': { service: 'a', urls: [broken.url] }, '/b': { service: 'b', urls: [fine.url] } };
    const gateway = stack.use(await testGateway(routes));
    for (let n = 0; n < 5; n++) expect((await fetch(`${gateway.url}/a`)).status).toBe(500);
    const refused = await fetch(`${gateway.url}/a`);
    expect(refused.status).toBe(503);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(20);
    expect(await refused.json()).toMatchObject({ type: 'urn:mscli:problem:breaker-open' });
    expect(asked).toBe(5);
    await waitUntil(() => gateway.requests().length === 6, 'the access lines');
    expect(gateway.requests().map(({ upstreamInstance }) => upstreamInstance !== undefined)).toEqual([
      ...Array(5).fill(true),
      false,
    ]);
    expect((await fetch(`${gateway.url}/b`)).status).toBe(200);
    await waitUntil(
      () => gateway.gateway.discovery.snapshot.breakers['gateway-1']?.['gateway->a']?.state === 'open',
      'the report',
    );
  });

  it('does not count answers below 500', async () => {
    const upstream = stack.use(await httpUpstream((_, outgoing) => outgoing.writeHead(429).end()));
    const gateway = stack.use(await testGateway({ '/': { urls: [upstream.url] } }));
    for (let n = 0; n < 8; n++) expect((await fetch(gateway.url)).status).toBe(429);
  });

  it('counts connections that fail and answers that break off', async () => {
    const upstream = stack.use(await rawUpstream(answering('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\npart')));
    const gateway = stack.use(await testGateway({ '/': { urls: [upstream.url] } }));
    for (let n = 0; n < 5; n++) await exchangeBytes(gateway.port, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await expectProblem(gateway, 503, 'breaker-open');
  });

  it('stays open for as long as the service asked to be left alone', async () => {
    const busy = { 'Retry-After': '1800' };
    const upstream = stack.use(await httpUpstream((_, outgoing) => outgoing.writeHead(503, busy).end()));
    const gateway = stack.use(await testGateway({ '/': { urls: [upstream.url] } }));
    for (let n = 0; n < 5; n++) expect((await fetch(gateway.url)).status).toBe(503);
    const refused = await fetch(gateway.url);
    expect(await refused.json()).toMatchObject({ type: 'urn:mscli:problem:breaker-open' });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(1700);
  });

  it('opens for answers whose heads are slow, where that is asked for, and not for bodies that are', async () => {
    const late = stack.use(await httpUpstream((_, outgoing) => setTimeout(() => outgoing.end('late'), 1_000)));
    const long = stack.use(
      await httpUpstream((_, outgoing) => {
        outgoing.write('begun');
        setTimeout(() => outgoing.end(), 1_000);
      }),
    );
    const routes = { '/late': { service: 'late', urls: [late.url] }, '/long': { service: 'long', urls: [long.url] } };
    const gateway = stack.use(await testGateway(routes));
    const settings = { slowCallRate: 1, slowCallMs: 800, minimumCalls: 2 };
    await gateway.update((draft) => {
      draft.breakerSettings = { late: settings, long: settings };
    });
    const statuses = async (path: string) => {
      const answers: number[] = [];
      for (let n = 0; n < 3; n++) {
        const answer = await fetch(`${gateway.url}${path}`);
        await answer.text();
        answers.push(answer.status);
      }
      return answers;
    };
    expect(await statuses('/late')).toEqual([200, 200, 503]);
    expect(await statuses('/long')).toEqual([200, 200, 200]);
  });

  it('obeys an operator at once, and closes again when told', async () => {
    const upstream = stack.use(await httpUpstream((_, outgoing) => outgoing.end('ok')));
    const gateway = stack.use(await testGateway({ '/': { urls: [upstream.url] } }));
    const override = { id: 'o1', mode: 'open', author: 'me', at: new Date().toISOString() } as const;
    await gateway.update((draft) => {
      draft.overrides['gateway->a-service'] = override;
    });
    await expectProblem(gateway, 503, 'breaker-open');
    await gateway.update((draft) => {
      delete draft.overrides['gateway->a-service'];
    });
    expect((await fetch(gateway.url)).status).toBe(200);
  });
});

async function expectProblem(gateway: TestGateway, status: number, kind: string): Promise<{ text: string }> {
  const { text } = await exchangeBytes(gateway.port, 'GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
  expect(statusOf(text)).toBe(status);
  expect(text).toContain(`"type":"urn:mscli:problem:${kind}"`);
  return { text };
}

/** What the breaker has counted, as it reports it once something changes. */
async function failures(gateway: TestGateway): Promise<number | undefined> {
  const report = () => gateway.gateway.discovery.snapshot.breakers['gateway-1']?.['gateway->a-service'];
  await waitUntil(() => report() !== undefined, 'the report');
  return report()?.failures;
}
