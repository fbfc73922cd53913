import { connect, createServer, type Socket } from 'node:net';
import amqplib, { type Channel } from 'amqplib';
import { FRAME_OVERHEAD, PROTOCOL_HEADER } from '../../src/codec/frame.js';

export interface RecordedFrame {
  readonly type: number;
  readonly channel: number;
  readonly payload: Buffer;
}

/** All that a stock client sends from its first octet to its last, as frames after the protocol header. */
export type RecordedSession = readonly RecordedFrame[];

/** Records what amqplib sends in sessions that between them use most methods. */
export async function recordSessions(url: string): Promise<RecordedSession[]> {
  const sessions: RecordedSession[] = [];
  for (const work of [topology, publishing, consuming, replies]) sessions.push(await record(url, work));
  return sessions;
}

async function record(url: string, work: (channel: Channel) => Promise<void>): Promise<RecordedSession> {
  const { port } = new URL(url);
  const sent: Buffer[] = [];
  const sockets: Socket[] = [];
  const server = createServer((client) => {
    const upstream = connect({ host: '127.0.0.1', port: Number(port) });
    sockets.push(client, upstream);
    client.on('data', (chunk: Buffer) => sent.push(chunk));
    client.pipe(upstream).pipe(client);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const proxied = new URL(url);
  proxied.port = String(typeof address === 'object' && address !== null ? address.port : '');
  const connection = await amqplib.connect(proxied.href);
  const channel = await connection.createConfirmChannel();
  await work(channel);
  await channel.close();
  await connection.close();
  for (const socket of sockets) socket.destroy();
  await new Promise((resolve) => server.close(resolve));
  return framesIn(Buffer.concat(sent).subarray(PROTOCOL_HEADER.length));
}

function framesIn(bytes: Buffer): RecordedFrame[] {
  const frames: RecordedFrame[] = [];
  for (let at = 0; at < bytes.length; ) {
    const size = bytes.readUInt32BE(at + 3);
    const payload = bytes.subarray(at + 7, at + 7 + size);
    frames.push({ type: bytes.readUInt8(at), channel: bytes.readUInt16BE(at + 1), payload });
    at += size + FRAME_OVERHEAD;
  }
  return frames;
}

const TRANSIENT = { durable: false, autoDelete: true };

async function topology(channel: Channel): Promise<void> {
  const args = { maxLength: 10, messageTtl: 60_000, deadLetterExchange: 'amq.fanout', maxPriority: 3 };
  await channel.assertExchange('fuzz a', 'topic', { ...TRANSIENT, alternateExchange: 'amq.fanout' });
  await channel.assertExchange('fuzz b', 'headers', TRANSIENT);
  await channel.assertQueue('fuzz q', { ...TRANSIENT, exclusive: true, ...args });
  await channel.bindExchange('fuzz b', 'fuzz a', 'a.#');
  await channel.bindQueue('fuzz q', 'fuzz b', '', { 'x-match': 'any', nested: { list: [1, 'two', null] }, n: 1 });
  await channel.checkQueue('fuzz q');
  await channel.unbindQueue('fuzz q', 'fuzz b', '', {});
  await channel.unbindExchange('fuzz b', 'fuzz a', 'a.#');
  await channel.purgeQueue('fuzz q');
  await channel.deleteQueue('fuzz q', { ifUnused: true });
  await channel.deleteExchange('fuzz a');
}

async function publishing(channel: Channel): Promise<void> {
  const { queue } = await channel.assertQueue('fuzz p', { exclusive: true, ...TRANSIENT });
  const headers = { text: 'x', n: 1, big: 2 ** 40, list: [true, { a: null }], CC: ['fuzz p'], BCC: ['amq.none'] };
  for (const size of [0, 10, 5000]) {
    const options = { headers, expiration: 60_000, priority: 1, mandatory: true, userId: 'guest', replyTo: 'r' };
    channel.sendToQueue(queue, Buffer.alloc(size, 'x'), options);
    channel.publish('amq.topic', 'fuzz.key', Buffer.alloc(size, 'y'), { mandatory: true });
  }
  for (let count = 0; count < 4; count += 1) {
    const message = await channel.get(queue);
    if (message !== false) channel.nack(message, false, count === 0);
  }
}

async function consuming(channel: Channel): Promise<void> {
  const { queue } = await channel.assertQueue('fuzz c', { exclusive: true, ...TRANSIENT });
  await channel.prefetch(3);
  await channel.prefetch(5, true);
  let left = 5;
  await new Promise<void>((resolve) => {
    const onMessage = (message: amqplib.ConsumeMessage | null) => {
      if (message === null) return;
      if (left % 2 === 0) channel.ack(message, true);
      else channel.reject(message, false);
      left -= 1;
      if (left === 0) resolve();
    };
    void channel.consume(queue, onMessage, { consumerTag: 'fuzz tag', priority: 2 });
    for (let count = 0; count < 5; count += 1) channel.sendToQueue(queue, Buffer.from(`message ${count}`));
  });
  await channel.recover();
  await channel.cancel('fuzz tag');
}

async function replies(channel: Channel): Promise<void> {
  const { queue } = await channel.assertQueue('fuzz r', { exclusive: true, ...TRANSIENT });
  await channel.consume('amq.rabbitmq.reply-to', () => {}, { noAck: true });
  channel.sendToQueue(queue, Buffer.from('question'), { replyTo: 'amq.rabbitmq.reply-to', correlationId: '1' });
  const question = await channel.get(queue, { noAck: true });
  if (question !== false)
    channel.sendToQueue(question.properties.replyTo, Buffer.from('answer'), { correlationId: '1' });
}
