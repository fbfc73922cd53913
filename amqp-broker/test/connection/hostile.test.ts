import { connect } from 'node:net';
import amqplib from 'amqplib';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PROTOCOL_HEADER } from '../../src/codec/frame.js';
import { type BrokerHandle, testBroker } from '../../src/index.js';
import type { LogLine } from '../../src/log.js';
import { RawClient } from '../support/raw-client.js';

let broker: BrokerHandle;
const log: LogLine[] = [];

beforeAll(async () => {
  broker = await testBroker({ log: (line) => log.push(line) });
});

afterAll(() => broker.stop());

/** The broker still does its work, and nothing went wrong that it did not expect. */
async function stillSound(): Promise<void> {
  const connection = await amqplib.connect(broker.url, { noDelay: true });
  const channel = await connection.createConfirmChannel();
  const { queue } = await channel.assertQueue('', { exclusive: true });
  channel.sendToQueue(queue, Buffer.from('sound'));
  await channel.waitForConfirms();
  const message = await channel.get(queue, { noAck: true });
  expect(message !== false && String(message.content)).toBe('sound');
  await connection.close();
  expect(log.filter((line) => line.level === 'error')).toEqual([]);
}

/** Sends the bytes and waits until the broker has ended the connection or taken them all. */
async function throwAt(bytes: Uint8Array): Promise<void> {
  const socket = connect({ host: '127.0.0.1', port: broker.port });
  await new Promise<void>((resolve) => {
    socket.on('error', () => resolve());
    socket.on('close', () => resolve());
    socket.resume();
    socket.end(bytes);
  });
}

test('random bytes, with and without the protocol header', async () => {
  const garbage = fc.tuple(fc.boolean(), fc.uint8Array({ maxLength: 400 }));
  await fc.assert(
    fc.asyncProperty(garbage, async ([withHeader, bytes]) => {
      await throwAt(withHeader ? Buffer.concat([PROTOCOL_HEADER, bytes]) : bytes);
    }),
    { numRuns: 60 },
  );
  await stillSound();
});

test('a recorded session with octets changed, cut out or cut off', { timeout: 30_000 }, async () => {
  const session = await recordSession();
  expect(session.includes('alternate-exchange')).toBe(true);
  const change = fc.record({
    at: fc.nat({ max: session.length - 1 }),
    octet: fc.nat({ max: 255 }),
    cut: fc.nat({ max: 20 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 4 }), async (changes) => {
      let bytes = Buffer.from(session);
      for (const { at, octet, cut } of changes) {
        if (cut < 10) bytes[at % bytes.length] = octet;
        else if (cut < 15) bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + cut)]);
        else bytes = bytes.subarray(0, Math.max(at, 1));
        if (bytes.length === 0) return;
      }
      await throwAt(bytes);
    }),
    { numRuns: 200 },
  );
  await stillSound();
});

test('a frame above the negotiated size ends the connection with 501', async () => {
  await using raw = await RawClient.open(broker.url);
  raw.frame(3, 1, Buffer.alloc(131_072));
  expect(await raw.next('connection.close')).toMatchObject({ replyCode: 501 });
});

test('a frame without its end octet ends the connection with 501', async () => {
  await using raw = await RawClient.open(broker.url);
  raw.socket.write(Buffer.from([8, 0, 0, 0, 0, 0, 0, 0]));
  expect(await raw.next('connection.close')).toMatchObject({ replyCode: 501 });
});

test('more body than its header says ends the connection', async () => {
  await using raw = await RawClient.open(broker.url);
  raw.method(1, 'basic.publish', { reserved1: 0, exchange: '', routingKey: 'k', mandatory: false, immediate: false });
  const header = Buffer.alloc(14);
  header.writeUInt16BE(60, 0);
  header.writeUInt32BE(1, 8);
  raw.frame(2, 1, header);
  raw.frame(3, 1, Buffer.from('xy'));
  expect(await raw.next('connection.close')).toMatchObject({ replyCode: 501 });
});

test('a body larger than allowed ends the channel before any of it is sent', async () => {
  await using raw = await RawClient.open(broker.url);
  raw.method(1, 'basic.publish', { reserved1: 0, exchange: '', routingKey: 'k', mandatory: false, immediate: false });
  const header = Buffer.alloc(14);
  header.writeUInt16BE(60, 0);
  header.writeUInt32BE(1, 4);
  raw.frame(2, 1, header);
  expect(await raw.next('channel.close')).toMatchObject({ replyCode: 406 });
});

test('unknown methods and unknown frame types are refused', async () => {
  await using unknown = await RawClient.open(broker.url);
  unknown.frame(1, 1, Buffer.from([0, 60, 1, 144]));
  expect(await unknown.next('connection.close')).toMatchObject({ replyCode: 503 });
  await using odd = await RawClient.open(broker.url);
  odd.frame(4, 1, Buffer.alloc(0));
  expect(await odd.next('connection.close')).toMatchObject({ replyCode: 501 });
});

/** All that a stock client sends in a small but full session. */
async function recordSession(): Promise<Buffer> {
  const chunks: Buffer[] = [];
  const connection = await amqplib.connect(broker.url);
  const { stream } = connection.connection as unknown as { stream: { write(chunk: Buffer): boolean } };
  const write = stream.write.bind(stream);
  stream.write = (chunk: Buffer) => {
    chunks.push(Buffer.from(chunk));
    return write(chunk);
  };
  const channel = await connection.createConfirmChannel();
  await channel.assertExchange('recorded', 'topic', {
    durable: false,
    arguments: { 'alternate-exchange': 'amq.fanout' },
  });
  await channel.assertQueue('recorded', { durable: false, maxLength: 10, messageTtl: 60_000 });
  await channel.bindQueue('recorded', 'recorded', 'a.#', { nested: { list: [1, 'two'] } });
  await channel.prefetch(5);
  channel.publish('recorded', 'a.b', Buffer.from('body'), {
    headers: { a: 1, CC: ['x'] },
    expiration: 60_000,
    priority: 1,
  });
  await channel.waitForConfirms();
  await channel.consume('recorded', (message) => message && channel.ack(message));
  await channel.close();
  await connection.close();
  const start = await startOk();
  return Buffer.concat([PROTOCOL_HEADER, start, ...chunks]);
}

/** The handshake is over before a client can be listened to, so it is written anew. */
async function startOk(): Promise<Buffer> {
  const sent: Buffer[] = [];
  const raw = await RawClient.connect(broker.url);
  const write = raw.socket.write.bind(raw.socket);
  raw.socket.write = ((chunk: Buffer) => {
    sent.push(Buffer.from(chunk));
    return write(chunk);
  }) as typeof raw.socket.write;
  raw.method(0, 'connection.start-ok', {
    clientProperties: new Map(),
    mechanism: 'PLAIN',
    response: '\0guest\0guest',
    locale: 'en_US',
  });
  raw.method(0, 'connection.tune-ok', { channelMax: 2047, frameMax: 131_072, heartbeat: 0 });
  raw.method(0, 'connection.open', { virtualHost: '/', reserved1: '', reserved2: false });
  raw.socket.destroy();
  return Buffer.concat(sent);
}
