import { FRAME } from '../../src/codec/frame.js';
import { RawClient } from '../support/raw-client.js';
import { closedBy } from './closed-by.js';
import type { Scenario } from './observe.js';

const QUEUE = {
  reserved1: 0,
  queue: '',
  passive: false,
  durable: false,
  exclusive: false,
  autoDelete: false,
  noWait: false,
  arguments: new Map(),
};
const PUBLISH = { reserved1: 0, exchange: '', routingKey: '', mandatory: false, immediate: false };
const BIND = { reserved1: 0, queue: '', exchange: '', routingKey: '', noWait: false, arguments: new Map() };

function header(size: number, properties: Buffer = Buffer.alloc(2), classId = 60): Buffer {
  const bytes = Buffer.alloc(12);
  bytes.writeUInt16BE(classId, 0);
  bytes.writeUInt32BE(size, 8);
  return Buffer.concat([bytes, properties]);
}

/** Property flags with headers only, then that field table. */
function headersProperty(fields: Buffer): Buffer {
  const head = Buffer.alloc(6);
  head.writeUInt16BE(1 << 13, 0);
  head.writeUInt32BE(fields.length, 2);
  return Buffer.concat([head, fields]);
}

function publish(raw: RawClient, queue: string, body: string, properties?: Buffer): void {
  raw.method(1, 'basic.publish', { ...PUBLISH, routingKey: queue });
  raw.frame(FRAME.HEADER, 1, header(body.length, properties));
  if (body !== '') raw.frame(FRAME.BODY, 1, Buffer.from(body));
}

/** What a basic.get answers: the octets of the content header, which must come back as they were sent. */
async function getHeader(raw: RawClient, queue: string): Promise<string> {
  raw.method(1, 'basic.get', { reserved1: 0, queue, noAck: true });
  await raw.next('basic.get-ok');
  // The content follows in the same write, but may come in another packet.
  raw.method(1, 'basic.qos', { prefetchSize: 0, prefetchCount: 0, global: false });
  await raw.next('basic.qos-ok');
  const found = raw.received.find((each) => each.kind === 'header');
  return found?.kind === 'header' ? found.bytes.toString('hex') : 'no header';
}

const named = (name: string, type: string, value: Buffer | string) =>
  Buffer.concat([Buffer.from([name.length]), Buffer.from(name + type), Buffer.from(value)]);

/** One field of every type, as RabbitMQ's clients write them. */
const EVERY_TYPE = Buffer.concat([
  named('t', 't', Buffer.from([1])),
  named('b', 'b', Buffer.from([0xfe])),
  named('B', 'B', Buffer.from([0xfe])),
  named('s', 's', Buffer.from([0xff, 0xfe])),
  named('u', 'u', Buffer.from([0xff, 0xfe])),
  named('I', 'I', Buffer.from([0xff, 0xff, 0xff, 0xfe])),
  named('i', 'i', Buffer.from([0xff, 0xff, 0xff, 0xfe])),
  named('l', 'l', Buffer.alloc(8, 0xff)),
  named('f', 'f', Buffer.from([0x3f, 0x80, 0, 0])),
  named('d', 'd', Buffer.from([0x3f, 0xf0, 0, 0, 0, 0, 0, 0])),
  named('D', 'D', Buffer.from([2, 0, 0, 1, 0])),
  named('S', 'S', Buffer.from([0, 0, 0, 2, 0xc3, 0x28])),
  named('x', 'x', Buffer.from([0, 0, 0, 2, 0xff, 0])),
  named('T', 'T', Buffer.from([0, 0, 0, 0, 0x65, 0, 0, 0])),
  named('A', 'A', Buffer.from([0, 0, 0, 4, 0x74, 1, 0x56, 0x56])),
  named('F', 'F', Buffer.from([0, 0, 0, 3, 1, 0x61, 0x56])),
  named('V', 'V', ''),
]);

/** What a client got besides the answers that it asked for, once everything sent before is handled. */
async function unasked(raw: RawClient): Promise<string[]> {
  raw.method(1, 'basic.qos', { prefetchSize: 0, prefetchCount: 0, global: false });
  await raw.next('basic.qos-ok');
  return raw.received.map((each) => (each.kind === 'method' ? each.method.method : each.kind));
}

/** Frames that stock clients do not send, or whose octets they hide. */
export const wire: Scenario[] = [
  {
    name: 'a header of every field type comes back octet by octet',
    run: async ({ url }) => {
      await using raw = await RawClient.open(url);
      raw.method(1, 'queue.declare', { ...QUEUE, queue: 'every type' });
      await raw.next('queue.declare-ok');
      publish(raw, 'every type', 'x', headersProperty(EVERY_TYPE));
      return await getHeader(raw, 'every type');
    },
  },
  {
    name: 'an empty header table is not the same as none',
    run: async ({ url }) => {
      await using raw = await RawClient.open(url);
      raw.method(1, 'queue.declare', { ...QUEUE, queue: 'empty table' });
      await raw.next('queue.declare-ok');
      publish(raw, 'empty table', '', headersProperty(Buffer.alloc(0)));
      const some = await getHeader(raw, 'empty table');
      raw.received.length = 0;
      publish(raw, 'empty table', '');
      return [some, await getHeader(raw, 'empty table')];
    },
  },
  {
    name: 'bodies are cut to the frames that the client takes',
    run: async ({ url }) => {
      await using raw = await RawClient.open(url, new Map(), { frameMax: 4096 });
      raw.method(1, 'queue.declare', { ...QUEUE, queue: 'small frames' });
      await raw.next('queue.declare-ok');
      raw.method(1, 'basic.publish', { ...PUBLISH, routingKey: 'small frames' });
      raw.frame(FRAME.HEADER, 1, header(10_000));
      for (const size of [4000, 1, 0, 4088, 1911]) raw.frame(FRAME.BODY, 1, Buffer.alloc(size, 'x'));
      await getHeader(raw, 'small frames');
      return raw.received.flatMap((each) => (each.kind === 'body' ? [each.bytes.length] : []));
    },
  },
  {
    name: 'what is sent without waiting is not answered',
    run: async ({ url }) => {
      await using raw = await RawClient.open(url);
      raw.method(1, 'queue.declare', { ...QUEUE, queue: 'unanswered', noWait: true });
      raw.method(1, 'exchange.declare', {
        reserved1: 0,
        exchange: 'unanswered',
        type: 'fanout',
        passive: false,
        durable: false,
        autoDelete: false,
        internal: false,
        noWait: true,
        arguments: new Map(),
      });
      raw.method(1, 'queue.bind', { ...BIND, queue: 'unanswered', exchange: 'unanswered', noWait: true });
      raw.method(1, 'confirm.select', { noWait: true });
      raw.method(1, 'basic.consume', {
        reserved1: 0,
        queue: 'unanswered',
        consumerTag: 'silent',
        noLocal: false,
        noAck: true,
        exclusive: false,
        noWait: true,
        arguments: new Map(),
      });
      raw.method(1, 'basic.cancel', { consumerTag: 'silent', noWait: true });
      raw.method(1, 'queue.purge', { reserved1: 0, queue: 'unanswered', noWait: true });
      raw.method(1, 'queue.delete', {
        reserved1: 0,
        queue: 'unanswered',
        ifUnused: false,
        ifEmpty: false,
        noWait: true,
      });
      raw.method(1, 'exchange.delete', { reserved1: 0, exchange: 'unanswered', ifUnused: false, noWait: true });
      return await unasked(raw);
    },
  },
  {
    name: 'the empty queue name stands for the last one declared, in bindings, gets and purges',
    run: async ({ url }) => {
      await using raw = await RawClient.open(url);
      raw.method(1, 'queue.declare', { ...QUEUE, queue: 'the last' });
      await raw.next('queue.declare-ok');
      raw.method(1, 'queue.bind', { ...BIND, exchange: 'amq.direct' });
      await raw.next('queue.bind-ok');
      raw.method(1, 'basic.publish', { ...PUBLISH, exchange: 'amq.direct', routingKey: 'the last' });
      raw.frame(FRAME.HEADER, 1, header(0));
      raw.method(1, 'queue.purge', { reserved1: 0, queue: '', noWait: false });
      const { messageCount } = await raw.next('queue.purge-ok');
      raw.method(1, 'queue.unbind', {
        reserved1: 0,
        queue: '',
        exchange: 'amq.direct',
        routingKey: '',
        arguments: new Map(),
      });
      await raw.next('queue.unbind-ok');
      return messageCount;
    },
  },
  {
    name: 'the empty queue name without a declaration',
    run: async ({ url }) => {
      await using raw = await RawClient.open(url);
      raw.method(1, 'basic.get', { reserved1: 0, queue: '', noAck: true });
      const { replyCode, replyText, classId, methodId } = await raw.next('channel.close');
      return { replyCode, replyText, classId, methodId };
    },
  },
  {
    name: 'starting the flow is granted',
    run: async ({ url }) => {
      await using raw = await RawClient.open(url);
      raw.method(1, 'channel.flow', { active: true });
      return (await raw.next('channel.flow-ok')).active;
    },
  },
  {
    name: 'recovering asynchronously is not answered',
    run: async ({ url }) => {
      await using raw = await RawClient.open(url);
      raw.method(1, 'queue.declare', { ...QUEUE, queue: 'recovered async' });
      await raw.next('queue.declare-ok');
      publish(raw, 'recovered async', 'x');
      raw.method(1, 'basic.get', { reserved1: 0, queue: 'recovered async', noAck: false });
      await raw.next('basic.get-ok');
      raw.method(1, 'basic.recover-async', { requeue: true });
      raw.method(1, 'basic.get', { reserved1: 0, queue: 'recovered async', noAck: true });
      return (await raw.next('basic.get-ok')).redelivered;
    },
  },
  {
    name: 'a channel number is free again after close-ok, with everything forgotten',
    run: async ({ url }) => {
      await using raw = await RawClient.open(url);
      raw.method(1, 'queue.declare', { ...QUEUE, queue: 'forgotten' });
      await raw.next('queue.declare-ok');
      raw.method(1, 'confirm.select', { noWait: false });
      await raw.next('confirm.select-ok');
      raw.method(1, 'channel.close', { replyCode: 200, replyText: '', classId: 0, methodId: 0 });
      await raw.next('channel.close-ok');
      raw.method(1, 'channel.open', { reserved1: '' });
      await raw.next('channel.open-ok');
      publish(raw, 'forgotten', 'x');
      const seen = await unasked(raw);
      raw.method(1, 'queue.purge', { reserved1: 0, queue: '', noWait: false });
      return [seen, (await raw.next('channel.close')).replyText];
    },
  },
  {
    name: 'after an exception the channel is silent until close-ok, then opens anew',
    run: async ({ url }) => {
      await using raw = await RawClient.open(url);
      raw.method(1, 'basic.get', { reserved1: 0, queue: 'not there', noAck: true });
      await raw.next('channel.close');
      raw.method(1, 'queue.declare', { ...QUEUE, queue: 'declared on the dead' });
      publish(raw, 'declared on the dead', 'x');
      raw.method(1, 'channel.close-ok', {});
      raw.method(1, 'channel.open', { reserved1: '' });
      await raw.next('channel.open-ok');
      raw.method(1, 'queue.declare', { ...QUEUE, queue: 'declared on the dead', passive: true });
      return (await raw.next('channel.close')).replyText;
    },
  },
  {
    name: 'both sides close the channel at once',
    run: async ({ url }) => {
      await using raw = await RawClient.open(url);
      raw.method(1, 'basic.get', { reserved1: 0, queue: 'not there', noAck: true });
      raw.method(1, 'channel.close', { replyCode: 200, replyText: '', classId: 0, methodId: 0 });
      await raw.next('channel.close');
      await raw.next('channel.close-ok');
      raw.method(1, 'channel.close-ok', {});
      raw.method(1, 'channel.open', { reserved1: '' });
      await raw.next('channel.open-ok');
      return 'open again';
    },
  },
  ...(
    [
      ['content of another class', (raw) => frames(raw, header(1, undefined, 10))],
      ['a header too short', (raw) => frames(raw, Buffer.alloc(3))],
      [
        'a method on channel 0',
        (raw) => raw.method(0, 'basic.qos', { prefetchSize: 0, prefetchCount: 1, global: false }),
      ],
      ['a heartbeat on a channel', (raw) => raw.frame(FRAME.HEARTBEAT, 1, Buffer.alloc(0))],
      ['a content header on channel 0', (raw) => raw.frame(FRAME.HEADER, 0, header(0))],
      [
        'the handshake begun again',
        (raw) => raw.method(0, 'connection.open', { virtualHost: '/', reserved1: '', reserved2: false }),
      ],
      ['a method cut off', (raw) => raw.frame(FRAME.METHOD, 1, Buffer.from([0, 60, 0, 40, 0, 0, 5]))],
      ['a method only a broker sends', (raw) => raw.method(1, 'basic.consume-ok', { consumerTag: 'x' })],
      ['a frame type nobody knows', (raw) => raw.frame(7, 1, Buffer.alloc(0))],
      ['channel.open on channel 0', (raw) => raw.method(0, 'channel.open', { reserved1: '' })],
    ] as const satisfies [string, (raw: RawClient) => void][]
  ).map(([what, work]) => closedBy(`not in the protocol: ${what}`, work)),
  {
    name: 'what the server says it can do',
    run: async ({ url }) => {
      await using raw = await RawClient.connect(url);
      raw.socket.write('AMQP\x00\x00\x09\x01', 'latin1');
      const { versionMajor, versionMinor, serverProperties, mechanisms, locales } = await raw.next('connection.start');
      const capabilities = serverProperties.get('capabilities');
      const named =
        capabilities?.type === 'table' ? [...capabilities.value].map(([name, { value }]) => [name, value]) : [];
      return {
        versionMajor,
        versionMinor,
        mechanisms: mechanisms.split(' ').sort(),
        locales,
        capabilities: Object.fromEntries(named.sort()),
        told: [...serverProperties].map(([name, { type }]) => `${name} ${type}`).sort(),
      };
    },
  },
];

function frames(raw: RawClient, contentHeader: Buffer): void {
  raw.method(1, 'basic.publish', { ...PUBLISH, routingKey: 'nowhere' });
  raw.frame(FRAME.HEADER, 1, contentHeader);
}
