import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { random } from '../fuzz/random.js';
import { ask, http2Session } from '../setup/http2-connection.js';
import { TestStack } from '../setup/stack.js';
import { tlsGateway } from '../setup/tls-gateway.js';
import { httpUpstream } from '../setup/upstream.js';
import { waitUntil } from '../setup/wait-until.js';

const stack = new TestStack();
afterEach(() => stack.end());

const CANCEL = 8;
const places = 3;
const policies = {
  concurrency: { limit: places, queue: 20, wait: '5s' },
  cache: {},
  compression: { min: '1b' },
  mirror: { service: 'b-service' },
  retries: {},
};

it('a client of HTTP/2 that takes its requests back at any moment leaves nothing behind', async () => {
  const chance = random(20261123);
  const upstream = stack.use(
    await httpUpstream(async (incoming, outgoing) => {
      incoming.resume();
      await sleep(chance.int(10));
      outgoing.writeHead(200, { 'content-type': 'text/plain', 'cache-control': 'max-age=60' });
      for (let part = 0; part < 3 && !outgoing.destroyed; part++) {
        outgoing.write('x'.repeat(chance.pick([10, 20_000, 200_000])));
        await sleep(chance.int(5));
      }
      outgoing.end();
    }),
  );
  const gateway = stack.use(
    await tlsGateway(
      { '/': { urls: [upstream.url], policies }, '/b': { service: 'b-service', urls: [upstream.url] } },
      { limits: { brokenStreams: 1_000 }, settings: { metrics: { port: 0 } } },
    ),
  );
  const session = stack.use(http2Session(gateway));
  const asking = Array.from({ length: 300 }, async (_, n) => {
    await sleep(chance.int(1_000));
    const isUpload = chance.oneIn(3);
    const path = `/${chance.oneIn(2) ? 'same' : n}`;
    const fields = {
      ':path': path,
      ':method': isUpload ? 'POST' : 'GET',
      'accept-encoding': chance.pick(['br', 'gzip', '']),
    };
    const stream = session.request(fields, { endStream: !isUpload }).on('error', () => {});
    if (chance.oneIn(2)) stream.resume();
    if (isUpload) stream.write('begun');
    if (isUpload && chance.oneIn(2)) stream.end('and ended');
    await sleep(chance.int(40));
    stream.close(CANCEL);
  });
  await Promise.all(asking);
  const running = () => gateway.gateway.families().find(({ name }) => name === 'mscli_gateway_running_requests');
  const isIdle = () => running()?.samples.every((sample) => 'value' in sample && sample.value === 0) === true;
  await waitUntil(isIdle, 'everything to be over');
  const after = await Promise.all(Array.from({ length: places }, (_, n) => ask(session, { ':path': `/after/${n}` })));
  expect(after.map(({ status }) => status)).toEqual(Array.from({ length: places }, () => 200));
  expect(gateway.lines.filter(({ reason }) => reason === 'fault')).toEqual([]);
});
