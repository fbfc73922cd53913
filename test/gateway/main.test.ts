import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { get, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { Readable } from 'node:stream';
import { readDiscovery } from '@mscli/runtime/discovery';
import { describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { bundledGateway } from './setup/bundled-gateway.js';
import { gatewayProcess } from './setup/gateway-process.js';
import { openRaw } from './setup/raw-client.js';
import { addInstance } from './setup/test-gateway.js';
import { httpUpstream } from './setup/upstream.js';
import { waitUntil } from './setup/wait-until.js';

const gatewayOfFile = bundledGateway();
const { stack } = gatewayOfFile;

async function started(listener: Parameters<typeof httpUpstream>[0]) {
  const upstream = stack.use(await httpUpstream(listener));
  const gateway = stack.use(
    await gatewayProcess(gatewayOfFile.bundle, (draft) => {
      draft.routes.push({ path: '/', service: 'a-service', stripPrefix: false });
      addInstance(draft, 'a-service', upstream.url, 1);
    }),
  );
  return { gateway, upstream };
}

describe('the process', () => {
  it('serves, logs JSON lines without queries, registers itself and withdraws', async () => {
    const { gateway } = await started((_, outgoing) => outgoing.end('ok'));
    expect((await readDiscovery(gateway.path)).instances['gateway-1']).toMatchObject({
      service: 'gateway',
      url: gateway.url,
      pid: gateway.child.pid,
      status: 'ready',
      registeredBy: 'self',
    });
    expect(await (await fetch(`${gateway.url}/a?token=secret`)).text()).toBe('ok');
    await waitUntil(() => gateway.lines.some(({ msg }) => msg === 'request'), 'the access line');
    expect(gateway.lines.find(({ msg }) => msg === 'request')).toMatchObject({
      service: 'gateway',
      instance: 'gateway-1',
      method: 'GET',
      path: '/a',
      route: '/',
      upstream: 'a-service',
      upstreamInstance: 'a-service-1',
      status: 200,
    });
    expect(JSON.stringify(gateway.lines)).not.toContain('secret');
    gateway.child.kill('SIGTERM');
    expect(await gateway.exit).toBe(0);
    const { instances, breakers } = await readDiscovery(gateway.path);
    expect([instances['gateway-1'], breakers['gateway-1']]).toEqual([undefined, undefined]);
    expect(instances['a-service-1']).toBeDefined();
  });

  it('says all that is wrong with its environment', async () => {
    const env = { PORT: 'many', MSCLI_GATEWAY_SETTINGS: '{"workers":"many"}' };
    const gateway = stack.use(await gatewayProcess(gatewayOfFile.bundle, undefined, env));
    expect(await gateway.exit).toBe(1);
    const fault = 'PORT is "many", not a port; MSCLI_GATEWAY_SETTINGS is not what mscli writes there';
    await waitUntil(() => gateway.lines.length > 0, 'the line');
    expect(gateway.lines).toMatchObject([
      { level: 'error', msg: `The gateway cannot start: ${fault}.`, code: 'USAGE' },
    ]);
  });

  it('writes its last lines where a mistake ends it', async () => {
    // The lines wait for a timer, which never comes; a second after it listens, a mistake does.
    const breaking = `import { Server } from 'node:net';
      const [{ setTimeout }, { listen }] = [globalThis, Server.prototype];
      const fail = () => { throw new Error('a mistake'); };
      globalThis.setTimeout = (act, ms, ...rest) => setTimeout(ms === 10 ? () => {} : act, ms, ...rest);
      Server.prototype.listen = function (...options) {
        this.once('listening', () => setTimeout(fail, 1000));
        return listen.apply(this, options);
      };`;
    const env = { NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(breaking)}` };
    const gateway = stack.use(await gatewayProcess(gatewayOfFile.bundle, undefined, env));
    expect(await gateway.exit).not.toBe(0);
    await waitUntil(() => gateway.lines.some(({ msg }) => msg.startsWith('listening on ')), 'the last lines');
  });

  it.runIf(process.platform === 'linux')('lets connections wait while it has no time to take them', async () => {
    const { gateway } = await started((_, outgoing) => outgoing.end('ok'));
    const most = Number(await readFile('/proc/sys/net/core/somaxconn', 'utf8'));
    gateway.child.kill('SIGSTOP');
    const sockets = Array.from({ length: Math.min(1000, most) }, () => connect(gateway.port, '127.0.0.1'));
    stack.use({
      async [Symbol.asyncDispose]() {
        for (const socket of sockets) socket.destroy();
      },
    });
    await waitUntil(() => sockets.every(({ readyState }) => readyState === 'open'), 'all connections to stand');
    gateway.child.kill('SIGCONT');
    expect(await (await fetch(gateway.url)).text()).toBe('ok');
  });

  it.each(['SIGTERM', 'SIGINT', 'disconnect'] as const)(
    'finishes what runs when it is told by %s, and takes no more',
    async (how) => {
      let finish = () => {};
      const { gateway } = await started((incoming, outgoing) => {
        if (incoming.url !== '/long') return outgoing.end();
        outgoing.write('begun ');
        finish = () => outgoing.end('and finished');
      });
      const response = await fetch(`${gateway.url}/long`);
      if (how === 'disconnect') gateway.child.disconnect();
      else gateway.child.kill(how);
      await waitUntil(
        () =>
          fetch(gateway.url).then(
            () => false,
            () => true,
          ),
        'the port to be closed',
      );
      finish();
      expect(await response.text()).toBe('begun and finished');
      expect(await gateway.exit).toBe(0);
    },
  );

  it('says connection: close on kept-alive connections while it stops', async () => {
    let finish = () => {};
    const { gateway } = await started((incoming, outgoing) => {
      if (incoming.url === '/quick') outgoing.end('quick');
      else finish = () => outgoing.end('slow');
    });
    const slow = fetch(gateway.url);
    const client = openRaw(gateway.port);
    client.socket.write('POST /quick HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\n');
    await waitUntil(() => client.socket.bytesWritten > 0, 'the head to be sent');
    await fetch(`${gateway.url}/quick`);
    gateway.child.kill('SIGTERM');
    await waitUntil(() => gateway.lines.some(({ msg }) => msg.startsWith('stopping')), 'the stop');
    client.socket.write('x');
    expect(await client.seen(/quick$/)).toMatch(/\r\nConnection: close\r\n/i);
    finish();
    expect(await (await slow).text()).toBe('slow');
    expect(await gateway.exit).toBe(0);
  });

  it('does not wait for WebSockets and event streams', async () => {
    const { gateway, upstream } = await started((_, outgoing) => {
      outgoing.writeHead(200, { 'Content-Type': 'text/event-stream' });
      outgoing.write('data: x\n\n');
    });
    const sockets = new WebSocketServer({ server: upstream.server });
    const events = await fetch(gateway.url);
    const socket = new WebSocket(`ws://127.0.0.1:${gateway.port}/`);
    await once(socket, 'open');
    gateway.child.kill('SIGTERM');
    expect(await gateway.exit).toBe(0);
    await expect(events.text()).rejects.toThrow();
    sockets.close();
  });

  it.each([
    [{ PORT: '', MSCLI_STATE_URL: '' }, /PORT is missing; MSCLI_STATE_URL is missing/],
    [{ PORT: '99999' }, /PORT is "99999", not a port/],
    [{ MSCLI_STATE_URL: 'postgres://x' }, /"postgres:\/\/x", not a file: URL/],
  ])('says what is wrong with %o', async (env, message) => {
    const gateway = stack.use(await gatewayProcess(gatewayOfFile.bundle, undefined, env));
    expect(await gateway.exit).toBe(1);
    expect(gateway.lines.at(-1)).toMatchObject({ level: 'error', code: 'USAGE', msg: expect.stringMatching(message) });
  });

  it('names the port that is taken and who has it', async () => {
    const upstream = stack.use(await httpUpstream(() => {}));
    const gateway = stack.use(await gatewayProcess(gatewayOfFile.bundle, undefined, { PORT: String(upstream.port) }));
    expect(await gateway.exit).toBe(1);
    expect(gateway.lines.at(-1)).toMatchObject({ code: 'PORT_TAKEN' });
    expect(gateway.lines.at(-1)?.msg).toContain(
      `Port ${upstream.port}, which the gateway needs, is held by process ${process.pid} `,
    );
  });
});

describe('large bodies', () => {
  const MiB = 1024 * 1024;
  const size = 200 * MiB;
  const chunk = Buffer.alloc(MiB / 4, 'x');
  const many = (total = size) =>
    Readable.from(
      (function* () {
        for (let sent = 0; sent < total; sent += chunk.length) yield chunk;
      })(),
    );

  it.skipIf(process.platform !== 'linux')('wait for a client that does not read', { timeout: 60_000 }, async () => {
    let sent = 0;
    const { gateway } = await started((_, outgoing) => {
      const source = many();
      source.on('data', (part: Buffer) => {
        sent += part.length;
      });
      source.pipe(outgoing);
    });
    const [download] = (await once(get(gateway.url), 'response')) as [IncomingMessage];
    let before = -1;
    await waitUntil(async () => {
      const isStill = sent > 0 && sent === before;
      before = sent;
      await new Promise((resolve) => setTimeout(resolve, 200));
      return isStill;
    }, 'the upstream to be held back');
    expect(sent).toBeLessThan(size / 2);
    let downloaded = 0;
    for await (const part of download) downloaded += (part as Buffer).length;
    expect(downloaded).toBe(size);
  });
});
