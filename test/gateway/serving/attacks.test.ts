import type { Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { exchangeBytes, openRaw, statusOf } from '../setup/raw-client.js';
import { TestStack } from '../setup/stack.js';
import { testGateway } from '../setup/test-gateway.js';
import { answering, httpUpstream, naiveUpstream, rawUpstream } from '../setup/upstream.js';
import { waitUntil } from '../setup/wait-until.js';

const stack = new TestStack();
afterEach(() => stack.end());

const get = (path: string, fields = '') => `GET ${path} HTTP/1.1\r\nHost: a\r\n${fields}\r\n`;
const last = 'Connection: close\r\n';
const smuggled = get('/smuggled');

describe('CL.0: a body that the upstream takes for a request', () => {
  it('never becomes the answer of somebody else, when it comes behind the answer', async () => {
    const { upstream, gateway } = await naive();
    const attacker = openRaw(gateway.port);
    attacker.socket.write(`POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: ${smuggled.length}\r\n\r\n`);
    expect(await attacker.seen(/<\/a>/)).toMatch(/\r\nConnection: close\r\n/);
    attacker.socket.write(smuggled);
    const { text } = await exchangeBytes(gateway.port, get('/b', last));
    expect(text).toMatch(/<\/b>$/);
    expect(upstream.seen).toEqual(['POST /a', 'GET /b']);
    attacker.socket.destroy();
  });

  it('never becomes the answer of somebody else, when it comes with the head', async () => {
    const { upstream, gateway } = await naive();
    const attack = `POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: ${smuggled.length}\r\n\r\n${smuggled}`;
    expect((await exchangeBytes(gateway.port, attack, { until: /<\/a>/ })).text).not.toContain('smuggled');
    await waitUntil(() => upstream.seen.length === 2, 'the upstream to fall for it');
    expect((await exchangeBytes(gateway.port, get('/b', last))).text).toMatch(/<\/b>$/);
  });
});

describe('TE.TE and CL.CL by underscores', () => {
  it('reach no upstream that would read them as hyphens', async () => {
    const { upstream, gateway } = await naive();
    const fields =
      'Content_Length: 99\r\nTransfer_Encoding: chunked\r\nX_Kept: y\r\nContent-Length: 2\r\nConnection: close\r\n';
    await exchangeBytes(gateway.port, `POST /a HTTP/1.1\r\nHost: a\r\n${fields}\r\nhi`);
    expect(upstream.text()).toContain('X_Kept: y\r\n');
    expect(upstream.text()).not.toMatch(/Content_Length|Transfer_Encoding/);
  });
});

describe('chunk extensions', () => {
  it('are not passed on, and do not hide a request', async () => {
    const { upstream, gateway } = await naive();
    const chunks = `3;a=b\r\nabc\r\n0;${'x'.repeat(20)}\r\n\r\n`;
    const attack = `POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n${chunks}`;
    await exchangeBytes(gateway.port, attack, { until: /<\/a>/ });
    expect(upstream.text()).toMatch(/\r\n\r\n3\r\nabc\r\n0\r\n\r\n$/);
  });

  it.each([
    ['a bare LF', `3;\nabc\r\n0\r\n\r\n${smuggled}`],
    ['a bare CR', `3;\rabc\r\n0\r\n\r\n${smuggled}`],
    ['no name', `3;=b\r\nabc\r\n0\r\n\r\n${smuggled}`],
    ['a blank', `3 ;a\r\nabc\r\n0\r\n\r\n${smuggled}`],
  ])('with %s are refused', async (_, chunks) => {
    const { upstream, gateway } = await naive();
    const attack = `POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n${chunks}`;
    const { text, closed } = await exchangeBytes(gateway.port, attack);
    expect([statusOf(text), closed, upstream.seen]).toEqual([400, true, []]);
  });
});

describe('header injection', () => {
  it('does not work by encoded line ends in the target', async () => {
    const { upstream, gateway } = await naive();
    await exchangeBytes(gateway.port, get('/a%0d%0aX-Evil:%201?b%0d%0aX-Evil:%202', last));
    expect(upstream.text()).toContain('GET /a%0d%0aX-Evil:%201?b%0d%0aX-Evil:%202 HTTP/1.1\r\n');
    expect(upstream.text()).not.toMatch(/\nX-Evil/);
  });

  it.each(['\r', '\n', '\0', '\r\n\r'])('does not work by %j in a value', async (text) => {
    const { upstream, gateway } = await naive();
    const sent = await exchangeBytes(gateway.port, get('/a', `X: a${text}Content-Length: 5\r\n${last}`));
    expect([statusOf(sent.text), upstream.seen]).toEqual([400, []]);
  });
});

describe('response splitting', () => {
  it.each([
    ['a bare CR in a value', 'HTTP/1.1 200 OK\r\nX: a\rY: b\r\nContent-Length: 0\r\n\r\n'],
    ['a bare LF in a value', 'HTTP/1.1 200 OK\r\nX: a\nY: b\r\nContent-Length: 0\r\n\r\n'],
    ['a bare LF in the reason', 'HTTP/1.1 200 OK\nX: y\r\nContent-Length: 0\r\n\r\n'],
  ])('by %s is a 502', async (_, answer) => {
    const upstream = stack.use(await rawUpstream(answering(answer)));
    const gateway = stack.use(await testGateway({ '/': { urls: [upstream.url] } }));
    expect(statusOf((await exchangeBytes(gateway.port, get('/', last))).text)).toBe(502);
  });

  it.each([
    ['with the first', 0],
    ['behind the first', 20],
  ])('does not pass a second answer on that comes %s', async (_, delayMs) => {
    let connections = 0;
    const answer = (text: string) => `HTTP/1.1 200 OK\r\nContent-Length: ${text.length}\r\n\r\n${text}`;
    const opened: Socket[] = [];
    const upstream = stack.use(
      await rawUpstream((socket) => {
        opened.push(socket);
        const number = ++connections;
        socket.once('data', () => {
          if (delayMs === 0) socket.write(answer(`first ${number}`) + answer('poison'));
          else {
            socket.write(answer(`first ${number}`));
            setTimeout(() => socket.write(answer('poison')), delayMs);
          }
        });
      }),
    );
    const gateway = stack.use(await testGateway({ '/': { urls: [upstream.url] } }));
    expect(await (await fetch(gateway.url)).text()).toBe('first 1');
    await waitUntil(() => opened[0]?.closed === true, 'the connection to be dropped');
    expect(await (await fetch(gateway.url)).text()).toBe('first 2');
  });
});

describe('pipelined desync after an early answer', () => {
  it('never takes the rest of a body for a request', async () => {
    const upstream = stack.use(await rawUpstream(answering('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nearly')));
    const gateway = stack.use(await testGateway({ '/': { urls: [upstream.url] } }, { limits: { lingerMs: 200 } }));
    const client = openRaw(gateway.port);
    client.socket.write(`POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: ${smuggled.length}\r\n\r\n`);
    expect(await client.seen(/early$/)).toMatch(/\r\nConnection: close\r\n/);
    client.socket.write(`${smuggled}${smuggled}`);
    await waitUntil(() => client.socket.closed, 'the connection to be closed');
    expect(client.text().match(/HTTP\/1\.1 \d/g)).toHaveLength(1);
    expect(gateway.requests().map(({ path }) => path)).toEqual(['/a']);
  });
});

describe('slow loris', () => {
  it('gets 408 however steadily it drips, and others are served meanwhile', async () => {
    const upstream = stack.use(await httpUpstream((_, outgoing) => outgoing.end('ok')));
    const gateway = stack.use(await testGateway({ '/': { urls: [upstream.url] } }, { limits: { headMs: 300 } }));
    const clients = Array.from({ length: 20 }, () => openRaw(gateway.port));
    for (const { socket } of clients) socket.write('GET / HTTP/1.1\r\nHost: a\r\n');
    await waitUntil(async () => {
      for (const { socket } of clients) if (socket.writable) socket.write('X: y\r\n');
      expect((await fetch(gateway.url)).status).toBe(200);
      return clients.every(({ socket }) => socket.readableEnded || socket.closed);
    }, 'them to be told off');
    expect(clients.map(({ text }) => statusOf(text()))).toEqual(clients.map(() => 408));
    for (const { socket } of clients) socket.destroy();
  });
});

describe('slow read', () => {
  it('is cut after the idle time, and so is the upstream', async () => {
    let cut = false;
    const upstream = stack.use(
      await httpUpstream((_, outgoing) => {
        outgoing.on('close', () => {
          cut = true;
        });
        const chunk = Buffer.alloc(1_000_000);
        const write = () => {
          while (!outgoing.destroyed && outgoing.write(chunk));
        };
        outgoing.on('drain', write);
        write();
      }),
    );
    const gateway = stack.use(await testGateway({ '/': { urls: [upstream.url] } }, { limits: { idleMs: 100 } }));
    const client = openRaw(gateway.port);
    client.socket.pause();
    client.socket.write(get('/'));
    await waitUntil(() => cut, 'the upstream to be cut');
    expect(gateway.requests()[0]).toMatchObject({ status: 200, reason: 'client-stalled' });
    client.socket.destroy();
  });
});

describe('hash flooding of headers', () => {
  it('finds no table: fields stay a list, in order, up to the limit', async () => {
    const { upstream, gateway } = await naive();
    const fields = Array.from({ length: 198 }, (_, n) => `f${n % 7}: ${n}\r\n`).join('');
    const { text } = await exchangeBytes(gateway.port, get('/a', `${fields}${last}`));
    expect(statusOf(text)).toBe(200);
    expect(upstream.text()).toContain(fields);
    const more = await exchangeBytes(gateway.port, get('/b', `${fields}X: y\r\n${last}`));
    expect([statusOf(more.text), more.closed]).toEqual([431, true]);
  });

  it('gets nowhere by a Connection that lists thousands of names', async () => {
    const { upstream, gateway } = await naive();
    const names = Array.from({ length: 2_000 }, (_, n) => `n${n}`).join(',');
    const { text } = await exchangeBytes(gateway.port, get('/a', `N7: 1\r\nX: y\r\nConnection: close,${names}\r\n`));
    expect(statusOf(text)).toBe(200);
    expect(upstream.text()).toContain('\r\nX: y\r\n');
    expect(upstream.text()).not.toContain('N7');
  });
});

describe('host confusion', () => {
  it.each([
    ['a list', 'Host: a, b\r\n'],
    ['another one with a blank before its colon', 'Host: a\r\nHost : b\r\n'],
    ['a folded one', 'Host: a\r\n b\r\n'],
    ['a port that is none', 'Host: a:80:80\r\n'],
    ['a NUL', 'Host: a\0.b\r\n'],
  ])('by %s is refused', async (_, host) => {
    const { upstream, gateway } = await naive();
    const { text } = await exchangeBytes(gateway.port, `GET / HTTP/1.1\r\n${host}${last}\r\n`);
    expect([statusOf(text), upstream.seen]).toEqual([400, []]);
  });
});

/** An upstream that knows no bodies, behind a gateway. */
async function naive() {
  const upstream = stack.use(await naiveUpstream());
  const gateway = stack.use(await testGateway({ '/': { urls: [upstream.url] } }));
  return { upstream, gateway };
}
