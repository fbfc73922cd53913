import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import amqplib from 'amqplib';
import { expect, test, vi } from 'vitest';
import { ByteWriter } from '../../src/codec/byte-writer.js';
import { longstr, NO_FIELDS, table } from '../../src/codec/field.js';
import { PROTOCOL_HEADER } from '../../src/codec/frame.js';
import { VERSION } from '../../src/connection/server-properties.js';
import { BrokerError, testBroker } from '../../src/index.js';
import { within } from '../differential/observe.js';
import { RawClient } from '../support/raw-client.js';

test('clients are told a version of RabbitMQ, and people that of the package', async () => {
  const text = await readFile(new URL('../../package.json', import.meta.url), 'utf8');
  expect(VERSION).toBe((JSON.parse(text) as { version: string }).version);
  await using broker = await testBroker();
  const connection = await amqplib.connect(broker.url);
  const told = connection.connection.serverProperties as unknown as Record<string, string>;
  expect(told).toMatchObject({ product: 'RabbitMQ', version: expect.stringMatching(/^4\.\d+\.\d+$/) });
  expect(told.platform).toContain(`mscli amqp-broker ${VERSION}`);
  await connection.close();
});

test('the broker sends heartbeats and gives up on a silent client', { timeout: 20_000 }, async () => {
  await using broker = await testBroker();
  await using raw = await RawClient.connect(broker.url);
  raw.socket.write(PROTOCOL_HEADER);
  await raw.next('connection.start');
  raw.method(0, 'connection.start-ok', {
    clientProperties: NO_FIELDS,
    mechanism: 'PLAIN',
    response: '\0guest\0guest',
    locale: 'en_US',
  });
  await raw.next('connection.tune');
  raw.method(0, 'connection.tune-ok', { channelMax: 10, frameMax: 4096, heartbeat: 1 });
  raw.method(0, 'connection.open', { virtualHost: '/', reserved1: '', reserved2: false });
  await raw.next('connection.open-ok');
  await within(raw.end(), 'the silent client was kept');
  expect(raw.received.some((each) => each.kind === 'heartbeat')).toBe(true);
});

test('PLAIN and AMQPLAIN are understood, names and passwords in UTF-8', async () => {
  await using broker = await testBroker({ users: { zoë: 'pässword' } });
  const anonymous = broker.url.replace(/\/\/.*@/, '//');
  const bytes = (text: string) => longstr(Buffer.from(text).toString('latin1'));
  const response = new ByteWriter()
    .table(table({ LOGIN: bytes('zoë'), PASSWORD: bytes('pässword') }))
    .bytes()
    .subarray(4);
  const credentials = { mechanism: 'AMQPLAIN', response: () => response };
  for (const each of [credentials, amqplib.credentials.plain('zoë', 'pässword')]) {
    const connection = await amqplib.connect(anonymous, { credentials: each });
    await connection.close();
  }
  await expect(amqplib.connect(anonymous)).rejects.toThrow(/403/);
});

test('limits can only be lowered', async () => {
  await using broker = await testBroker();
  await expect(amqplib.connect(`${broker.url}?frameMax=1000`)).rejects.toThrow();
  const connection = await amqplib.connect(`${broker.url}?frameMax=4096&channelMax=1`);
  const channel = await connection.createChannel();
  await expect(connection.createChannel()).rejects.toThrow();
  await channel.assertQueue('small frames');
  channel.sendToQueue('small frames', Buffer.alloc(50_000, 'x'));
  const message = await channel.get('small frames', { noAck: true });
  expect(message !== false && message.content.equals(Buffer.alloc(50_000, 'x'))).toBe(true);
  await connection.close();
});

test('stopping says goodbye with 320, and everything is free again', async () => {
  const broker = await testBroker();
  const connection = await amqplib.connect(broker.url);
  const closed = once(connection, 'close');
  await broker.stop();
  const [error] = (await closed) as [Error & { code: number }];
  expect(error.code).toBe(320);
  await using next = await testBroker({ port: broker.port });
  expect(next.port).toBe(broker.port);
});

test('clients that vanish leave nothing behind, and the broker no timer', { timeout: 30_000 }, async () => {
  const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
  const before = timers();
  const broker = await testBroker();
  const clients = await Promise.all(Array.from({ length: 40 }, () => RawClient.open(broker.url)));
  for (const [index, client] of clients.entries()) {
    client.method(1, 'queue.declare', {
      reserved1: 0,
      queue: `of ${index}`,
      passive: false,
      durable: false,
      exclusive: true,
      autoDelete: false,
      noWait: false,
      arguments: table({ 'x-expires': { type: 'signedint', value: 60_000 } }),
    });
    await client.next('queue.declare-ok');
  }
  expect(broker.stats()).toMatchObject({ connections: 40, channels: 40 });
  expect(broker.stats().queues).toHaveLength(40);
  await Promise.all(clients.map((client) => client[Symbol.asyncDispose]()));
  await vi.waitFor(() => expect(broker.stats()).toMatchObject({ connections: 0, channels: 0, queues: [] }), 10_000);
  await broker.stop();
  await vi.waitFor(() => expect(timers()).toBeLessThanOrEqual(before), 10_000);
});

test('a public address demands credentials of its own', async () => {
  await expect(testBroker({ host: '0.0.0.0' })).rejects.toMatchObject({ code: 'BROKER_CREDENTIALS' });
  await using broker = await testBroker({ host: '0.0.0.0', users: { app: 'a secret' } });
  const connection = await amqplib.connect(broker.url);
  await connection.close();
});

test('a taken port is named', async () => {
  await using broker = await testBroker();
  const taken = await testBroker({ port: broker.port }).catch((error: unknown) => error);
  expect(taken).toBeInstanceOf(BrokerError);
  expect(taken).toMatchObject({ code: 'BROKER_ADDRESS', message: expect.stringContaining(String(broker.port)) });
});

test('stats count connections, channels, messages and consumers', async () => {
  await using broker = await testBroker();
  const connection = await amqplib.connect(broker.url, { noDelay: true });
  const channel = await connection.createConfirmChannel();
  await channel.assertQueue('zählen', { durable: false });
  for (const body of ['1', '2', '3']) channel.sendToQueue('zählen', Buffer.from(body));
  await channel.waitForConfirms();
  await channel.get('zählen');
  await channel.prefetch(1);
  await channel.consume('zählen', () => {});
  expect(broker.stats()).toMatchObject({
    connections: 1,
    channels: 1,
    journalBytes: 0,
    queues: [{ name: 'zählen', durable: false, ready: 1, unacked: 2, consumers: 1 }],
  });
  await connection.close();
});
