import { once } from 'node:events';
import { connect } from 'node:net';
import amqplib from 'amqplib';
import { expect, test } from 'vitest';
import { NO_FIELDS } from '../../src/codec/field.js';
import { PROTOCOL_HEADER } from '../../src/codec/frame.js';
import { testBroker } from '../../src/index.js';
import { within } from '../differential/observe.js';
import { RawClient } from '../support/raw-client.js';

/** Logs in, up to connection.tune. */
async function tuned(raw: RawClient) {
  raw.socket.write(PROTOCOL_HEADER);
  await raw.next('connection.start');
  raw.method(0, 'connection.start-ok', {
    clientProperties: NO_FIELDS,
    mechanism: 'PLAIN',
    response: '\0guest\0guest',
    locale: 'en_US',
  });
  return raw.next('connection.tune');
}

test('the limits of frames and channels are offered and kept', async () => {
  await using broker = await testBroker({ limits: { frameBytes: 8192, channels: 2 } });
  await using asking = await RawClient.connect(broker.url);
  expect(await tuned(asking)).toMatchObject({ frameMax: 8192, channelMax: 2 });
  await using raw = await RawClient.open(broker.url);
  raw.method(3, 'channel.open', { reserved1: '' });
  expect(await raw.next('connection.close')).toMatchObject({ replyCode: 530 });
  await using large = await RawClient.open(broker.url);
  large.frame(1, 1, Buffer.alloc(8192));
  expect(await large.next('connection.close')).toMatchObject({ replyCode: 501 });
});

test('a connection too many is refused with words', async () => {
  await using broker = await testBroker({ limits: { connections: 2 } });
  const connections = [await amqplib.connect(broker.url), await amqplib.connect(broker.url)];
  await using third = await RawClient.connect(broker.url);
  const { channelMax, frameMax } = await tuned(third);
  third.method(0, 'connection.tune-ok', { channelMax, frameMax, heartbeat: 0 });
  third.method(0, 'connection.open', { virtualHost: '/', reserved1: '', reserved2: false });
  expect(await third.next('connection.close')).toMatchObject({
    replyCode: 530,
    replyText: 'NOT_ALLOWED - connection refused: node connection limit (2) is reached',
  });
  third.method(0, 'connection.close-ok', {});
  await third.end();
  await connections[0]?.close();
  await expect.poll(() => broker.stats().connections).toBe(1);
  connections.push(await amqplib.connect(broker.url));
  for (const connection of connections.slice(1)) await connection.close();
});

test('a message too large closes its channel and leaves the connection alive', async () => {
  await using broker = await testBroker({ limits: { messageBytes: 1000 } });
  const connection = await amqplib.connect(broker.url);
  const channel = await connection.createConfirmChannel();
  await channel.assertQueue('small');
  channel.sendToQueue('small', Buffer.alloc(1000));
  await channel.waitForConfirms();
  const failed = once(channel, 'error');
  channel.sendToQueue('small', Buffer.alloc(1001));
  const [error] = await failed;
  expect(String(error)).toContain('message size 1001 is larger than configured max size 1000');
  const other = await connection.createChannel();
  expect((await other.checkQueue('small')).messageCount).toBe(1);
  await connection.close();
});

test.each(['nothing', 'half a header', 'a header', 'an octet now and then'])(
  'a handshake that stops after %s ends',
  async (sent) => {
    await using broker = await testBroker({ limits: { handshakeMs: 200 } });
    const socket = connect({ host: '127.0.0.1', port: broker.port });
    socket.on('error', () => {});
    socket.resume();
    // Not `once`, which fails when an octet meets the closed socket and resets it.
    const closed = new Promise((resolve) => socket.once('close', resolve));
    if (sent === 'half a header') socket.write(PROTOCOL_HEADER.subarray(0, 4));
    if (sent === 'a header' || sent === 'an octet now and then') socket.write(PROTOCOL_HEADER);
    const drip = setInterval(() => sent === 'an octet now and then' && socket.write(Buffer.from([1])), 20);
    await within(closed, 'it was kept');
    clearInterval(drip);
    await expect.poll(() => broker.stats().connections).toBe(0);
  },
);

test.each([
  ['frameBytes', 4095],
  ['channels', 65_536],
  ['connections', 0],
  ['messageBytes', 1.5],
  ['handshakeMs', Number.NaN],
])('a limit that cannot be one is refused: %s %s', async (name, value) => {
  await expect(testBroker({ limits: { [name]: value } })).rejects.toMatchObject({
    code: 'BROKER_LIMIT',
    message: expect.stringContaining(String(value)),
  });
});
