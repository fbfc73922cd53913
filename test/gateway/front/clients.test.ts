import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { createSecureContext } from 'node:tls';
import { afterEach, expect, it } from 'vitest';
import { Clients } from '../../../src/gateway/front/clients.js';
import { WriteBuffers } from '../../../src/gateway/http1/write-buffers.js';
import { defaultLimits } from '../../../src/gateway/limits.js';
import { type LogEntry, wholeEntry } from '../../../src/gateway/log.js';
import { logAccess } from '../../../src/gateway/log-access.js';
import { batchedRandomIds } from '../../../src/gateway/random-ids.js';
import { Running } from '../../../src/gateway/serving/running.js';
import { Ticker } from '../../../src/gateway/timing/ticker.js';
import { Turn } from '../../../src/gateway/timing/turn.js';
import { Origins } from '../../../src/gateway/upstream/origin.js';
import { Upstreams } from '../../../src/gateway/upstream/upstreams.js';
import { exchangeBytes, statusOf } from '../setup/raw-client.js';
import { TestStack } from '../setup/stack.js';

const stack = new TestStack();
afterEach(() => stack.end());

it('survives a mistake of the gateway’s own: it ends that request, is logged, and others are served', async () => {
  const lines: LogEntry[] = [];
  const ticker = new Ticker(50);
  const turn = new Turn();
  const head = { bytes: 16_384, fields: 200 };
  const clients = new Clients({
    rules: {
      routes: {
        routes: [],
        faults: [],
        match(key) {
          if (key === '/mistake') throw new TypeError('mistaken');
          return undefined;
        },
      },
      nextInstance: () => undefined,
      nextComing: () => undefined,
      isServed: () => false,
      breakerFor() {
        throw new Error('no route leads here');
      },
    },
    origins: new Origins(),
    upstreams: new Upstreams({
      head,
      ticker,
      turn,
      connectMs: 1_000,
      idleMs: 1_000,
      mostIdle: 1,
      authorities: createSecureContext(),
    }),
    writeBuffers: new WriteBuffers(),
    limits: defaultLimits,
    ticker,
    turn,
    log: (entry) => lines.push(wholeEntry(entry)),
    logAccess: logAccess((entry) => lines.push(wholeEntry(entry)), { sample: 1, slowMs: 0 }),
    running: new Running(),
    ids: batchedRandomIds(),
    date: () => 'today',
    isStopping: () => false,
  });
  const server = createServer({ allowHalfOpen: true }, (socket) => clients.take(socket, 'http'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  stack.use({
    async [Symbol.asyncDispose]() {
      ticker[Symbol.dispose]();
      server.close();
      clients.cutAll();
    },
  });
  const { port } = server.address() as AddressInfo;
  const ask = (path: string) => exchangeBytes(port, `GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
  expect(await ask('/mistake')).toEqual({ text: '', closed: true });
  expect(lines).toMatchObject([{ path: '/mistake', status: 500, reason: 'fault', cause: 'mistaken' }]);
  expect(statusOf((await ask('/other')).text)).toBe(404);
});
