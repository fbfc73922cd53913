import type { Channel, ConsumeMessage, GetMessage } from 'amqplib';
import { view } from '../differential/observe.js';
import type { Operation } from './operations.js';
import type { Held, Slot } from './slot.js';
import type { Stage } from './stage.js';

const REPLY_TO = 'amq.rabbitmq.reply-to';

/** The methods of transactions, which the client knows and does not offer: class and method as one number. */
export const TX = { select: 0x5a_000a, commit: 0x5a_0014, rollback: 0x5a_001e } as const;

/** Does one operation on its channel, and answers what it came to. Publishing and ending connections is the player's. */
export async function act(slot: Slot, operation: Operation, index: number, stage: Stage): Promise<unknown> {
  const { channel } = slot;
  switch (operation.do) {
    case 'declare-queue': {
      const { durable, autoDelete, exclusive, args } = operation;
      const options = { durable, autoDelete, exclusive, arguments: stage.named(args) };
      return channel.assertQueue(stage.name(operation.queue), options);
    }
    case 'declare-exchange': {
      stage.exchanges.add(operation.exchange);
      const { type, autoDelete, internal, alternate } = operation;
      const options = alternate === undefined ? {} : { alternateExchange: stage.name(alternate) };
      await channel.assertExchange(stage.name(operation.exchange), type, { autoDelete, internal, ...options });
      return;
    }
    case 'bind':
    case 'unbind': {
      const method = `${operation.do}${operation.to.startsWith('q') ? 'Queue' : 'Exchange'}` as const;
      await channel[method](stage.name(operation.to), stage.name(operation.exchange), operation.key, operation.args);
      return;
    }
    case 'get': {
      const message = await channel.get(stage.name(operation.queue), { noAck: operation.noAck });
      if (message === false) return 'nothing';
      noteAddress(stage, message);
      if (!operation.noAck) slot.held.push({ tag: message.fields.deliveryTag, queue: operation.queue });
      const tag = slot.mixed ? 'some' : message.fields.deliveryTag;
      return { ...(view(message) as object), tag, left: message.fields.messageCount };
    }
    case 'consume':
      return consume(slot, operation, `c${index}`, stage);
    case 'consume-replies':
      return channel.consume(REPLY_TO, (message) => tell(slot, stage, { from: 'replies', to: 'replies' }, message), {
        consumerTag: `r${index}`,
        noAck: true,
      });
    case 'reply': {
      const addresses = [...stage.addresses].sort().map(([, address]) => address);
      const address = addresses[operation.pick % Math.max(addresses.length, 1)];
      if (address === undefined) return 'nobody asked';
      channel.publish('', address, Buffer.from(`m${index}`), { mandatory: true });
      return;
    }
    case 'cancel': {
      const consumer = slot.consumers[operation.pick % Math.max(slot.consumers.length, 1)];
      if (consumer === undefined) return 'no consumer';
      slot.consumers = slot.consumers.filter((other) => other !== consumer);
      return channel.cancel(consumer.tag);
    }
    case 'prefetch':
      // With a window for the whole channel it is up to chance which of several queues fills it.
      if (operation.global && queuesOf(slot).size > 1) return 'left out';
      if (operation.global) slot.windowed = operation.count > 0;
      await channel.prefetch(operation.count, operation.global);
      return;
    case 'ack':
    case 'nack':
    case 'reject':
      return settle(slot, operation);
    case 'ack-unknown':
      channel.ack({ fields: { deliveryTag: 1000 } } as GetMessage, operation.multiple);
      return;
    case 'recover':
      slot.held = [];
      await channel.recover();
      return;
    case 'commit':
      await transact(channel, TX.commit);
      slot.pending = [];
      return;
    case 'rollback':
      await transact(channel, TX.rollback);
      slot.held = [...slot.held, ...slot.pending].sort((a, b) => a.tag - b.tag);
      slot.pending = [];
      return;
    case 'close-channel':
      slot.open = false;
      await channel.close();
      return;
    case 'break-connection':
      await channel.assertExchange(stage.name('x0'), 'no such type');
      return;
    case 'purge':
      return channel.purgeQueue(stage.name(operation.queue));
    case 'check-queue':
      return channel.checkQueue(stage.name(operation.queue));
    case 'check-exchange':
      return channel.checkExchange(stage.name(operation.exchange));
    case 'delete-queue':
      return channel.deleteQueue(stage.name(operation.queue), operation);
    case 'delete-exchange':
      await channel.deleteExchange(stage.name(operation.exchange), operation);
      return;
    case 'publish':
    case 'close-connection':
    case 'wait':
      throw new Error(`${operation.do} is not done on a channel`);
    default:
      throw operation satisfies never;
  }
}

/** Sends a method of transactions; its answer has the next number. */
export async function transact(channel: Channel, method: number): Promise<void> {
  const { rpc } = channel as unknown as { rpc(method: number, fields: object, answer: number): Promise<unknown> };
  await rpc.call(channel, method, {}, method + 1);
}

function consume(
  slot: Slot,
  operation: Operation & { do: 'consume' },
  consumerTag: string,
  stage: Stage,
): Promise<unknown> | string {
  const { queue, noAck, exclusive, priority } = operation;
  if (slot.windowed && [...queuesOf(slot), queue].some((other) => other !== queue)) return 'left out';
  const options = { consumerTag, noAck, exclusive, ...(priority === undefined ? {} : { priority }) };
  const onMessage = (message: ConsumeMessage | null) =>
    tell(slot, stage, { from: queue, to: consumerTag, noAck }, message);
  return slot.channel.consume(stage.name(queue), onMessage, options).then((answer) => {
    slot.consumers.push({ tag: consumerTag, queue });
    return answer;
  });
}

/** Notes a delivery, or that the consumer was cancelled. */
function tell(
  slot: Slot,
  stage: Stage,
  { from, to, noAck = true }: { from: string; to: string; noAck?: boolean },
  message: ConsumeMessage | null,
): void {
  if (message === null) {
    slot.consumers = slot.consumers.filter(({ tag }) => tag !== to);
    slot.told.push({ from, what: `${to} cancelled` });
    return;
  }
  noteAddress(stage, message);
  const what = { to, ...(view(message) as object) };
  slot.told.push({ from, what, tag: noAck ? undefined : message.fields.deliveryTag });
}

function settle(slot: Slot, operation: Operation & { do: 'ack' | 'nack' | 'reject' }): string {
  const chosen = slot.held[operation.pick % Math.max(slot.held.length, 1)];
  if (chosen === undefined) return 'nothing held';
  const multiple = operation.do !== 'reject' && operation.multiple;
  // Where tags are up to chance, "all up to this one" would be too: all of them instead.
  const all = multiple && slot.mixed;
  const settled = ({ tag }: Held) => all || (multiple ? tag <= chosen.tag : tag === chosen.tag);
  if (slot.confirms === undefined) slot.pending.push(...slot.held.filter(settled));
  slot.held = slot.held.filter((each) => !settled(each));
  const message = { fields: { deliveryTag: all ? 0 : chosen.tag } } as GetMessage;
  if (operation.do === 'ack') slot.channel.ack(message, multiple);
  else if (operation.do === 'nack') slot.channel.nack(message, multiple, operation.requeue);
  else slot.channel.reject(message, operation.requeue);
  return slot.mixed ? 'settled' : `tag ${chosen.tag}`;
}

function queuesOf(slot: Slot): Set<string> {
  return new Set(slot.consumers.map(({ queue }) => queue));
}

function noteAddress(stage: Stage, message: GetMessage | ConsumeMessage): void {
  const address = message.properties.replyTo as string | undefined;
  if (address?.startsWith(`${REPLY_TO}.`)) stage.addresses.set(message.content.toString(), address);
}
