import { once } from 'node:events';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { answersToUploads } from '../setup/answers-to-uploads.js';
import { exchangeBytes, openRaw, statusOf } from '../setup/raw-client.js';
import { TestStack } from '../setup/stack.js';
import { testGateway } from '../setup/test-gateway.js';
import { answering, httpUpstream, rawUpstream } from '../setup/upstream.js';
import { waitUntil } from '../setup/wait-until.js';

const stack = new TestStack();
afterEach(() => stack.end());

const get = (path: string, fields = '') => `GET ${path} HTTP/1.1\r\nHost: a\r\n${fields}\r\n`;

describe('an early answer', () => {
  it('during an upload is never lost, although the upstream resets the connection', async () => {
    const upstream = stack.use(
      await rawUpstream((socket) => {
        socket.once('data', () => {
          socket.pause();
          socket.write('HTTP/1.1 413 Too Large\r\nContent-Length: 9\r\nConnection: close\r\n\r\ntoo large', () => {
            // With bytes unread, this resets it.
            socket.destroy();
          });
        });
      }),
    );
    const gateway = stack.use(await testGateway({ '/': { urls: [upstream.url] } }));
    const answers = await answersToUploads(gateway.port);
    expect(answers).toEqual(answers.map(() => '413 too large'));
  });

  it('does not end an upload that goes on for longer than an answer may be silent', async () => {
    let received = 0;
    const upstream = stack.use(
      await httpUpstream((incoming, outgoing) => {
        outgoing.writeHead(200).flushHeaders();
        incoming.on('data', (part: Buffer) => {
          received += part.length;
        });
        incoming.on('end', () => outgoing.end(String(received)));
      }),
    );
    const gateway = stack.use(await testGateway({ '/': { urls: [upstream.url] } }, { limits: { idleMs: 800 } }));
    const client = openRaw(gateway.port);
    client.socket.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 20\r\n\r\n');
    await client.seen(/^HTTP\/1\.1 200/);
    for (let n = 0; n < 20; n++) {
      client.socket.write('x');
      await sleep(60);
    }
    expect(await client.seen(/\r\n20\r\n0\r\n\r\n$/)).toContain('200');
    client.socket.destroy();
  });

  it('of the gateway itself reaches a client that is still sending', async () => {
    const gateway = stack.use(await testGateway({}));
    const client = openRaw(gateway.port);
    client.socket.write('POST /none HTTP/1.1\r\nHost: a\r\nContent-Length: 10000000\r\n\r\n');
    client.socket.write(Buffer.alloc(9_000_000));
    expect(statusOf(await client.seen(/no-route.*}/s))).toBe(404);
    expect(client.text()).toMatch(/\r\nConnection: close\r\n/);
    client.socket.destroy();
  });
});

describe('interim answers', () => {
  const interim = ['102 Processing', '103 Early Hints', '104 Whatever', '199 Odd'];
  const text = `${interim.map((line) => `HTTP/1.1 ${line}\r\nX-${line.slice(0, 3)}: y\r\n\r\n`).join('')}`;
  const final = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

  it('are all passed on, but for a 100 that nobody asked for', async () => {
    const upstream = stack.use(await rawUpstream(answering(`HTTP/1.1 100 Continue\r\n\r\n${text}${final}`)));
    const gateway = stack.use(await testGateway({ '/': { urls: [upstream.url] } }));
    const { text: seen } = await exchangeBytes(gateway.port, get('/', 'Connection: close\r\n'));
    expect(seen.startsWith(`${text}HTTP/1.1 200 OK\r\n`)).toBe(true);
  });

  it('are kept from a client of HTTP/1.0', async () => {
    const upstream = stack.use(await rawUpstream(answering(`${text}${final}`)));
    const gateway = stack.use(await testGateway({ '/': { urls: [upstream.url] } }));
    expect((await exchangeBytes(gateway.port, 'GET / HTTP/1.0\r\n\r\n')).text).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
  });
});

describe('a client that closes its side', () => {
  it('behind its request still gets the answer', async () => {
    const upstream = stack.use(
      await httpUpstream((_, outgoing) => {
        setTimeout(() => outgoing.write('late '), 50);
        setTimeout(() => outgoing.end('but whole'), 100);
      }),
    );
    const gateway = stack.use(await testGateway({ '/': { urls: [upstream.url] } }));
    const client = openRaw(gateway.port);
    client.socket.end(`${get('/1')}${get('/2')}`);
    await once(client.socket, 'close');
    expect(client.text().match(/HTTP\/1\.1 200|late |but whole/g)).toEqual([
      ...['HTTP/1.1 200', 'late ', 'but whole'],
      ...['HTTP/1.1 200', 'late ', 'but whole'],
    ]);
  });

  it('in the middle of its request has the upstream cut', async () => {
    let upstreamSocket: Socket | undefined;
    const upstream = stack.use(
      await rawUpstream((socket) => {
        upstreamSocket = socket.resume();
      }),
    );
    const gateway = stack.use(await testGateway({ '/': { urls: [upstream.url] } }));
    const client = openRaw(gateway.port);
    client.socket.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc');
    await waitUntil(() => (upstreamSocket?.bytesRead ?? 0) > 0, 'the request to arrive');
    client.socket.end();
    await waitUntil(() => upstreamSocket?.closed === true, 'the upstream to be cut');
    expect(client.text()).toBe('');
  });

  it('in the middle of a head gets 400', async () => {
    const gateway = stack.use(await testGateway({}));
    const client = openRaw(gateway.port);
    client.socket.end('GET / HTTP/1.1\r\nHost');
    expect(statusOf(await client.seen(/}\n$/))).toBe(400);
  });
});

describe('pipelined requests', () => {
  it.each([
    ['leaves', (socket: Socket) => socket.destroy(), ['/1']],
    ['resets its connection', (socket: Socket) => socket.resetAndDestroy(), ['/1']],
    ['closes its side', (socket: Socket) => socket.end(), ['/1', '/2', '/3']],
  ])('of a client that %s while the first is served', async (_, end, served) => {
    const seen: (string | undefined)[] = [];
    let answer = () => {};
    const upstream = stack.use(
      await httpUpstream((incoming, outgoing) => {
        seen.push(incoming.url);
        if (incoming.url === '/1') answer = () => outgoing.end('ok');
        else outgoing.end('ok');
      }),
    );
    const limits = { leavingMs: 100 };
    const gateway = stack.use(await testGateway({ '/': { urls: [upstream.url] } }, { limits }));
    const client = openRaw(gateway.port);
    client.socket.write(get('/1') + get('/2') + get('/3'));
    await waitUntil(() => seen.length === 1, 'the first to be served');
    end(client.socket);
    await sleep(50);
    answer();
    await waitUntil(() => gateway.requests().length === served.length, 'the access lines');
    // So long as what it left behind could still be served.
    await sleep(400);
    expect(seen).toEqual(served);
  });

  it('are answered in order, a hundred at once, with and without bodies', async () => {
    const upstream = stack.use(
      await httpUpstream(async (incoming, outgoing) => {
        let body = '';
        for await (const chunk of incoming) body += chunk;
        await sleep(Math.random() * 3);
        outgoing.end(`<${incoming.url}${body}>`);
      }),
    );
    const gateway = stack.use(await testGateway({ '/': { urls: [upstream.url] } }));
    const requests = Array.from({ length: 100 }, (_, n) => {
      const close = n === 99 ? 'Connection: close\r\n' : '';
      return n % 2 === 0 ? get(`/${n}`) : `POST /${n} HTTP/1.1\r\nHost: a\r\n${close}Content-Length: 2\r\n\r\n-b`;
    });
    const { text } = await exchangeBytes(gateway.port, requests.join(''));
    expect(text.match(/<.*?>/g)).toEqual(requests.map((_, n) => `</${n}${n % 2 === 0 ? '' : '-b'}>`));
  });

  it('are not read on and on while the first ones are served', async () => {
    let asked = 0;
    const upstream = stack.use(
      await httpUpstream((_, outgoing) => {
        asked += 1;
        outgoing.end();
      }),
    );
    const gateway = stack.use(await testGateway({ '/': { urls: [upstream.url] } }));
    const client = openRaw(gateway.port);
    const many = Buffer.from(get('/').repeat(10_000));
    for (let n = 0; n < 150; n++) client.socket.write(many);
    await waitUntil(() => asked > 500, 'many of them to be served');
    // What the system holds back is some megabytes, and 64 KB for each that was served would be half of it all.
    expect(client.socket.writableLength).toBeGreaterThan(many.length * 110);
    client.socket.destroy();
  });
});

describe('a stale connection', () => {
  it('is replaced for a PUT whose body was there as a whole, and the body goes again', async () => {
    let connections = 0;
    const bodies: string[] = [];
    const upstream = stack.use(
      await rawUpstream((socket) => {
        const isFirst = ++connections === 1;
        let requests = 0;
        socket.on('data', (bytes) => {
          if (isFirst && ++requests > 1) return socket.destroy();
          bodies.push(bytes.toString('latin1').split('\r\n\r\n')[1] ?? '');
          return socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
        });
      }),
    );
    const gateway = stack.use(await testGateway({ '/': { urls: [upstream.url] } }));
    await fetch(gateway.url);
    expect((await fetch(gateway.url, { method: 'PUT', body: 'whole' })).status).toBe(200);
    expect([connections, bodies]).toEqual([2, ['', 'whole']]);
  });

  it('that the upstream has closed is not used at all', async () => {
    let connections = 0;
    const upstream = stack.use(
      await httpUpstream((_, outgoing) => {
        outgoing.end('ok');
      }),
    );
    upstream.server.keepAliveTimeout = 1;
    upstream.server.on('connection', () => {
      connections += 1;
    });
    const gateway = stack.use(await testGateway({ '/': { urls: [upstream.url] } }));
    for (let n = 1; n <= 3; n++) {
      expect((await fetch(gateway.url, { method: 'POST' })).status).toBe(200);
      upstream.server.closeIdleConnections();
      await sleep(20);
    }
    expect(connections).toBe(3);
  });

  it('is used again while the upstream keeps it', async () => {
    let connections = 0;
    const upstream = stack.use(await httpUpstream((_, outgoing) => outgoing.end('ok')));
    upstream.server.on('connection', () => {
      connections += 1;
    });
    const gateway = stack.use(await testGateway({ '/': { urls: [upstream.url] } }));
    for (let n = 0; n < 5; n++) expect((await fetch(gateway.url)).status).toBe(200);
    expect(connections).toBe(1);
  });
});

describe('connections to an upstream', () => {
  const counting = async () => {
    const open = new Set<Socket>();
    const answers: (() => void)[] = [];
    const upstream = stack.use(
      await httpUpstream((_, outgoing) => {
        answers.push(() => outgoing.end('ok'));
      }),
    );
    upstream.server.keepAliveTimeout = 60_000;
    upstream.server.on('connection', (socket: Socket) => {
      open.add(socket);
      socket.once('close', () => open.delete(socket));
    });
    return { url: upstream.url, open, answers };
  };

  it('are closed when they have waited too long', async () => {
    const { url, open, answers } = await counting();
    const gateway = stack.use(await testGateway({ '/': { urls: [url] } }, { limits: { upstreamIdleMs: 50 } }));
    const answer = fetch(gateway.url);
    await waitUntil(() => answers.length === 1, 'the request');
    answers[0]?.();
    expect((await answer).status).toBe(200);
    await waitUntil(() => open.size === 0, 'the connection to be closed');
  });

  it('that have waited for long are only for requests that can be repeated', async () => {
    let connections = 0;
    const upstream = stack.use(await httpUpstream((incoming, outgoing) => incoming.pipe(outgoing)));
    upstream.server.keepAliveTimeout = 60_000;
    upstream.server.on('connection', () => {
      connections += 1;
    });
    const limits = { upstreamRecentMs: 20 };
    const gateway = stack.use(await testGateway({ '/': { urls: [upstream.url] } }, { limits }));
    const connectionsAfter = async (request: () => Promise<unknown>) => {
      await request();
      await sleep(300);
      return connections;
    };
    const put = async (...parts: string[]) => {
      const client = openRaw(gateway.port);
      for (const part of parts) {
        client.socket.write(part);
        await sleep(100);
      }
      await client.seen(/ 200 OK(?:.|\s)*whole/);
      client.socket.destroy();
    };
    const head = 'PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n';
    expect(await connectionsAfter(() => fetch(gateway.url))).toBe(1);
    expect(await connectionsAfter(() => fetch(gateway.url))).toBe(1);
    expect(await connectionsAfter(() => put(`${head}whole`))).toBe(1);
    expect(await connectionsAfter(() => put(head, 'whole'))).toBe(2);
    expect(await connectionsAfter(() => fetch(gateway.url, { method: 'POST', body: 'a' }))).toBe(3);
    const headers = { 'Idempotency-Key': 'k' };
    expect(await connectionsAfter(() => fetch(gateway.url, { method: 'POST', body: 'a', headers }))).toBe(3);
  });

  it('are kept up to a number', async () => {
    const { url, open, answers } = await counting();
    const gateway = stack.use(await testGateway({ '/': { urls: [url] } }, { limits: { upstreamIdleSockets: 2 } }));
    const all = Promise.all(Array.from({ length: 6 }, () => fetch(gateway.url)));
    await waitUntil(() => answers.length === 6, 'the requests');
    expect(open.size).toBe(6);
    for (const answer of answers) answer();
    await all;
    await waitUntil(() => open.size === 2, 'the others to be closed');
  });
});
