import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { type Field, long } from '../../src/codec/field.js';
import { testBroker } from '../../src/index.js';
import { RawClient } from '../support/raw-client.js';

const QUEUE = {
  reserved1: 0,
  queue: 'late',
  passive: false,
  durable: false,
  exclusive: false,
  autoDelete: false,
  noWait: false,
  arguments: new Map<string, Field>(),
};

test('a delivery that is not settled in time closes its channel, in the words of RabbitMQ, and goes back', async () => {
  await using broker = await testBroker({ limits: { acknowledgementMs: 200 } });
  await using raw = await RawClient.open(broker.url);
  await deliverOne(raw);
  // As RabbitMQ 3.10.8 answered with consumer_timeout set to 1000.
  expect(await raw.next('channel.close')).toEqual({
    method: 'channel.close',
    replyCode: 406,
    replyText:
      'PRECONDITION_FAILED - delivery acknowledgement on channel 1 timed out. Timeout value used: 200 ms. This timeout value can be configured, see consumers doc guide to learn more',
    classId: 0,
    methodId: 0,
  });
  raw.method(1, 'channel.close-ok', {});
  raw.method(1, 'channel.open', { reserved1: '' });
  await raw.next('channel.open-ok');
  raw.method(1, 'basic.get', { reserved1: 0, queue: 'late', noAck: true });
  expect(await raw.next('basic.get-ok')).toMatchObject({ redelivered: true });
});

test('a channel whose deliveries are settled stays', async () => {
  await using broker = await testBroker({ limits: { acknowledgementMs: 100 } });
  await using raw = await RawClient.open(broker.url);
  await deliverOne(raw);
  raw.method(1, 'basic.ack', { deliveryTag: 1, multiple: false });
  await sleep(400);
  raw.method(1, 'queue.declare', { ...QUEUE, passive: true });
  expect(await raw.next('queue.declare-ok')).toMatchObject({ messageCount: 0 });
});

test('a queue allows its consumers less or more time than the broker (x-consumer-timeout)', async () => {
  await using broker = await testBroker({ limits: { acknowledgementMs: 200 } });
  await using raw = await RawClient.open(broker.url);
  await deliverOne(raw, new Map([['x-consumer-timeout', long(150)]]));
  const { replyCode, replyText } = await raw.next('channel.close');
  expect(replyCode).toBe(406);
  expect(replyText).toContain('Timeout value used: 150 ms');
  await using patient = await RawClient.open(broker.url);
  patient.method(1, 'queue.delete', { reserved1: 0, queue: 'late', ifUnused: false, ifEmpty: false, noWait: true });
  await deliverOne(patient, new Map([['x-consumer-timeout', long(600_000)]]));
  await sleep(600);
  patient.method(1, 'queue.declare', { ...QUEUE, passive: true });
  expect(await patient.next('queue.declare-ok')).toMatchObject({ messageCount: 0 });
});

async function deliverOne(raw: RawClient, args = QUEUE.arguments): Promise<void> {
  raw.method(1, 'queue.declare', { ...QUEUE, arguments: args });
  await raw.next('queue.declare-ok');
  raw.method(1, 'basic.publish', {
    reserved1: 0,
    exchange: '',
    routingKey: 'late',
    mandatory: false,
    immediate: false,
  });
  const header = Buffer.alloc(14);
  header.writeUInt16BE(60, 0);
  raw.frame(2, 1, header);
  raw.method(1, 'basic.get', { reserved1: 0, queue: 'late', noAck: false });
  await raw.next('basic.get-ok');
}
