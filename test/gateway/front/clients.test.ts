import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { Worker } from 'node:worker_threads';
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
import { trustedAuthorities } from '../../../src/gateway/upstream/trusted-authorities.js';
import { Upstreams } from '../../../src/gateway/upstream/upstreams.js';
import { exchangeBytes, statusOf } from '../setup/raw-client.js';
import { TestStack } from '../setup/stack.js';
import { waitUntil } from '../setup/wait-until.js';

const stack = new TestStack();
afterEach(() => stack.end());

const TOGETHER = 12;

interface Options {
  match: (key: string) => undefined;
  log?: (entry: LogEntry) => void;
  onConnection?: () => void;
}

/** Clients of a gateway without a route, on a port. */
async function listening({ match, log = () => {}, onConnection = () => {} }: Options) {
  const ticker = new Ticker(50);
  const turn = new Turn();
  const head = { bytes: 16_384, fields: 200 };
  const clients = new Clients({
    rules: {
      routes: { routes: [], faults: [], match },
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
      recentMs: 1_000,
      mostIdle: 1,
      authorities: trustedAuthorities(undefined),
    }),
    writeBuffers: new WriteBuffers(),
    limits: defaultLimits,
    ticker,
    turn,
    log,
    logAccess: logAccess(log, { sample: 1, slowMs: 0 }),
    running: new Running(),
    ids: batchedRandomIds(),
    date: () => 'today',
    isStopping: () => false,
  });
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    onConnection();
    clients.take(socket, 'http');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  stack.use({
    async [Symbol.asyncDispose]() {
      ticker[Symbol.dispose]();
      server.close();
      clients.cutAll();
    },
  });
  return (server.address() as AddressInfo).port;
}

it('survives a mistake of the gateway’s own: it ends that request, is logged, and others are served', async () => {
  const lines: LogEntry[] = [];
  const port = await listening({
    match(key) {
      if (key === '/mistake') throw new TypeError('mistaken');
      return undefined;
    },
    log: (entry) => lines.push(wholeEntry(entry)),
  });
  const ask = (path: string) => exchangeBytes(port, `GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
  expect(await ask('/mistake')).toEqual({ text: '', closed: true });
  expect(lines).toMatchObject([{ path: '/mistake', status: 500, reason: 'fault', cause: 'mistaken' }]);
  expect(statusOf((await ask('/other')).text)).toBe(404);
});

it('lets in all who come together before it serves the first', async () => {
  const events: string[] = [];
  const port = await listening({
    match: () => void events.push('served'),
    onConnection: () => void events.push('let in'),
  });
  const state = new Int32Array(new SharedArrayBuffer(4));
  const code = `const { connect } = require('node:net');
    const { port, state } = require('node:worker_threads').workerData;
    let sent = 0;
    for (let n = 0; n < ${TOGETHER}; n++) {
      connect(port, '127.0.0.1').write('GET / HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n', () => {
        if (++sent < ${TOGETHER}) return;
        Atomics.store(state, 0, 1);
        Atomics.notify(state, 0);
      });
    }`;
  const worker = new Worker(code, { eval: true, workerData: { port, state } });
  // The gateway has no time for them until all are there.
  expect(Atomics.wait(state, 0, 0, 10_000)).not.toBe('timed-out');
  await waitUntil(() => events.length === 2 * TOGETHER, 'the requests');
  await worker.terminate();
  expect(events).toEqual([...Array(TOGETHER).fill('let in'), ...Array(TOGETHER).fill('served')]);
});
