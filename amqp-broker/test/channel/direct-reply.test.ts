import amqplib from 'amqplib';
import { expect, test } from 'vitest';
import { testBroker } from '../../src/index.js';
import { RawClient } from '../support/raw-client.js';

const REPLIES = 64;
const REPLY = Buffer.alloc(1024 * 1024);
const CONSUME = {
  reserved1: 0,
  queue: 'amq.rabbitmq.reply-to',
  consumerTag: 'replies',
  noLocal: false,
  noAck: true,
  exclusive: false,
  noWait: false,
  arguments: new Map(),
};

test('replies for a client that does not read are dropped, and do not fill the memory', {
  timeout: 60_000,
}, async () => {
  await using broker = await testBroker();
  await using asker = await RawClient.open(broker.url);
  asker.method(1, 'basic.consume', CONSUME);
  await asker.next('basic.consume-ok');
  const connection = await amqplib.connect(broker.url);
  const server = await connection.createConfirmChannel();
  await server.assertQueue('questions');
  ask(asker);
  let question = await server.get('questions', { noAck: true });
  while (question === false) question = await server.get('questions', { noAck: true });
  asker.socket.pause();
  for (let number = 0; number < REPLIES; number += 1) server.sendToQueue(question.properties.replyTo, REPLY);
  await server.waitForConfirms();
  asker.socket.resume();
  // Answered after all replies that were kept.
  asker.method(1, 'basic.qos', { prefetchSize: 0, prefetchCount: 0, global: false });
  await asker.next('basic.qos-ok');
  const arrived = asker.received.filter(
    (each) => each.kind === 'method' && each.method.method === 'basic.deliver',
  ).length;
  expect(arrived).toBeGreaterThan(0);
  expect(arrived).toBeLessThan(REPLIES);
  await connection.close();
});

/** A question with the pseudo-queue as its reply-to. */
function ask(raw: RawClient): void {
  const replyTo = Buffer.from('amq.rabbitmq.reply-to');
  const header = Buffer.concat([Buffer.alloc(14), Buffer.of(replyTo.length), replyTo]);
  header.writeUInt16BE(60, 0);
  header.writeUInt16BE(0x0200, 12);
  raw.method(1, 'basic.publish', {
    reserved1: 0,
    exchange: '',
    routingKey: 'questions',
    mandatory: false,
    immediate: false,
  });
  raw.frame(2, 1, header);
}
