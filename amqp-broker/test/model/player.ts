import { setTimeout as sleep } from 'node:timers/promises';
import amqplib, { type ChannelModel, type ConfirmChannel, type ConsumeMessage, type GetMessage } from 'amqplib';
import { view } from '../differential/observe.js';
import type { Operation } from './operations.js';

const CHANNELS = 4;
const CHANNELS_PER_CONNECTION = 2;
const NEEDS: Partial<Record<Operation['do'], 'held' | 'consumers'>> = {
  ack: 'held',
  nack: 'held',
  reject: 'held',
  recover: 'held',
  cancel: 'consumers',
};

/** One of the sequence's channels; it is opened at its first use, and again after it was closed. */
interface Slot {
  channel: ConfirmChannel;
  open: boolean;
  /** Tags of what it holds and has not settled, in order. */
  held: number[];
  consumers: string[];
  /** What the broker told it since the last operation. */
  events: unknown[];
}

/** What was seen after one operation. */
export interface Observation {
  did: Operation['do'];
  result: unknown;
  /** By channel: deliveries, returns, cancellations, errors. */
  events: Record<string, unknown[]>;
  /** By queue: ready messages and consumers, or why there are none. */
  queues: Record<string, string>;
}

/** Plays sequences of operations against one broker with stock clients, and writes down all that can be seen. */
export class Player implements AsyncDisposable {
  private readonly url: string;
  private readonly connections: (ChannelModel | undefined)[] = [];
  private monitor: ConfirmChannel | undefined;
  private slots = new Map<number, Slot>();
  private prefix = '';
  private queues = new Set<string>();
  private exchanges = new Set<string>();
  private timed = false;

  constructor(url: string) {
    this.url = url;
  }

  /** Plays a sequence; `prefix` keeps its names apart from all others. */
  async play(operations: readonly Operation[], prefix: string): Promise<Observation[]> {
    this.prefix = prefix;
    this.timed = operations.some(
      (each) =>
        (each.do === 'publish' && each.expiration === '0') ||
        (each.do === 'declare-queue' && each.args['x-message-ttl'] === 0),
    );
    const seen: Observation[] = [];
    for (const [index, operation] of operations.entries()) {
      const slot = await this.slot(this.channelFor(operation));
      const result = await this.perform(slot, operation, index);
      const queues = await this.settle();
      seen.push({ did: operation.do, result, events: this.takeEvents(), queues });
    }
    await this.cleanUp();
    return JSON.parse(JSON.stringify(seen).replaceAll(prefix, '')) as Observation[];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.connections.map((connection) => connection?.close().catch(() => {})));
  }

  /** The channel itself, or for an operation that needs something to act on, the next one that has it. */
  private channelFor(operation: Operation): number {
    const needs = NEEDS[operation.do];
    if (needs === undefined) return operation.channel;
    const order = Array.from({ length: CHANNELS }, (_, step) => (operation.channel + step) % CHANNELS);
    return order.find((number) => (this.slots.get(number)?.[needs].length ?? 0) > 0) ?? operation.channel;
  }

  private async perform(slot: Slot, operation: Operation, index: number): Promise<unknown> {
    try {
      return (await this.act(slot, operation, index)) ?? 'done';
    } catch (error) {
      // The event of the channel or connection says why.
      return error instanceof Error && 'code' in error ? `refused ${String(error.code)}` : 'failed';
    }
  }

  private async act(slot: Slot, operation: Operation, index: number): Promise<unknown> {
    const { channel } = slot;
    switch (operation.do) {
      case 'declare-queue': {
        this.queues.add(operation.queue);
        const { durable, autoDelete, exclusive, args } = operation;
        return channel.assertQueue(this.name(operation.queue), {
          durable,
          autoDelete,
          exclusive,
          arguments: this.named(args),
        });
      }
      case 'declare-exchange': {
        this.exchanges.add(operation.exchange);
        const { type, autoDelete, internal, alternate } = operation;
        const options = alternate === undefined ? {} : { alternateExchange: this.name(alternate) };
        await channel.assertExchange(this.name(operation.exchange), type, { autoDelete, internal, ...options });
        return;
      }
      case 'bind':
      case 'unbind': {
        const method = `${operation.do}${operation.to.startsWith('q') ? 'Queue' : 'Exchange'}` as const;
        await channel[method](this.name(operation.to), this.name(operation.exchange), operation.key, operation.args);
        return;
      }
      case 'publish':
        return this.publishAll(channel, operation, `m${index}`);
      case 'get': {
        const message = await channel.get(this.name(operation.queue), { noAck: operation.noAck });
        if (message === false) return 'nothing';
        if (!operation.noAck) slot.held.push(message.fields.deliveryTag);
        return { ...(view(message) as object), tag: message.fields.deliveryTag, left: message.fields.messageCount };
      }
      case 'consume':
        return this.consume(slot, operation, `c${index}`);
      case 'cancel': {
        const tag = slot.consumers[operation.pick % Math.max(slot.consumers.length, 1)];
        if (tag === undefined) return 'no consumer';
        slot.consumers = slot.consumers.filter((other) => other !== tag);
        return channel.cancel(tag);
      }
      case 'prefetch':
        await channel.prefetch(operation.count, operation.global);
        return;
      case 'ack':
      case 'nack':
      case 'reject': {
        const tag = slot.held[operation.pick % Math.max(slot.held.length, 1)];
        if (tag === undefined) return 'nothing held';
        const multiple = operation.do !== 'reject' && operation.multiple;
        slot.held = slot.held.filter((other) => (multiple ? other > tag : other !== tag));
        const message = { fields: { deliveryTag: tag } } as GetMessage;
        if (operation.do === 'ack') channel.ack(message, multiple);
        else if (operation.do === 'nack') channel.nack(message, multiple, operation.requeue);
        else channel.reject(message, operation.requeue);
        return `tag ${tag}`;
      }
      case 'ack-unknown':
        channel.ack({ fields: { deliveryTag: 1000 } } as GetMessage, operation.multiple);
        return;
      case 'recover':
        slot.held = [];
        await channel.recover();
        return;
      case 'close-channel':
        slot.open = false;
        await channel.close();
        return;
      case 'close-connection':
        await this.connections[connectionOf(operation.channel)]?.close();
        this.lost(connectionOf(operation.channel));
        return;
      case 'break-connection':
        await channel.assertExchange(this.name('x0'), 'no such type');
        return;
      case 'purge':
        return channel.purgeQueue(this.name(operation.queue));
      case 'check-queue':
        return channel.checkQueue(this.name(operation.queue));
      case 'delete-queue':
        return channel.deleteQueue(this.name(operation.queue), operation);
      case 'delete-exchange':
        await channel.deleteExchange(this.name(operation.exchange), operation);
        return;
      default:
        throw operation satisfies never;
    }
  }

  private async publishAll(
    channel: ConfirmChannel,
    operation: Operation & { do: 'publish' },
    body: string,
  ): Promise<string[]> {
    const outcomes: string[] = [];
    for (let number = 0; number < operation.count; number += 1) {
      if (number > 0) await this.settle();
      outcomes.push(await this.publish(channel, operation, `${body}.${number}`));
    }
    return outcomes;
  }

  private publish(channel: ConfirmChannel, operation: Operation & { do: 'publish' }, body: string): Promise<string> {
    const { mandatory, persistent, priority, expiration, header } = operation;
    const options = {
      mandatory,
      persistent,
      priority,
      expiration,
      headers: header === undefined ? undefined : { h: header, 'x-h': header },
      CC: operation.CC?.map((key) => this.name(key)),
      BCC: operation.BCC?.map((key) => this.name(key)),
    };
    return published(channel, this.name(operation.exchange), this.name(operation.key), body, options);
  }

  private async consume(slot: Slot, operation: Operation & { do: 'consume' }, consumerTag: string): Promise<unknown> {
    const { noAck, exclusive, priority } = operation;
    const onMessage = (message: ConsumeMessage | null) => {
      if (message === null) {
        slot.consumers = slot.consumers.filter((other) => other !== consumerTag);
        slot.events.push(`${consumerTag} cancelled`);
        return;
      }
      if (!noAck) slot.held.push(message.fields.deliveryTag);
      slot.events.push({ to: consumerTag, tag: message.fields.deliveryTag, ...(view(message) as object) });
    };
    const options = { consumerTag, noAck, exclusive, ...(priority === undefined ? {} : { priority }) };
    const answer = await slot.channel.consume(this.name(operation.queue), onMessage, options);
    slot.consumers.push(consumerTag);
    return answer;
  }

  /** Waits until nothing moves any more: the same counts twice, and everything sent to the channels read. */
  private async settle(): Promise<Record<string, string>> {
    let before = '';
    for (;;) {
      if (this.timed) await sleep(3);
      const counts: Record<string, string> = {};
      for (const queue of this.queues) counts[queue] = await this.count(queue);
      for (const slot of this.slots.values()) {
        if (slot.open) await slot.channel.checkExchange('amq.direct').catch(() => {});
      }
      const now = JSON.stringify(counts) + [...this.slots.values()].map((slot) => slot.events.length).join();
      if (now === before) return counts;
      before = now;
    }
  }

  private async count(queue: string): Promise<string> {
    if (this.monitor === undefined) {
      const connection = await this.connection(2);
      this.monitor = await connection.createConfirmChannel();
      this.monitor.on('error', () => {});
    }
    try {
      const { messageCount, consumerCount } = await this.monitor.checkQueue(this.name(queue));
      return `${messageCount} ready, ${consumerCount} consumers`;
    } catch (error) {
      this.monitor = undefined;
      return `refused ${String((error as { code?: number }).code)}`;
    }
  }

  private async slot(number: number): Promise<Slot> {
    const existing = this.slots.get(number);
    if (existing?.open) return existing;
    const connection = await this.connection(connectionOf(number));
    const channel = await connection.createConfirmChannel();
    const slot: Slot = { channel, open: true, held: [], consumers: [], events: existing?.events ?? [] };
    channel.on('error', (error: Error) => slot.events.push(error.message));
    channel.on('close', () => {
      slot.open = false;
    });
    channel.on('return', (message) => {
      const { replyCode, replyText } = message.fields as unknown as { replyCode: number; replyText: string };
      slot.events.push({ returned: [replyCode, replyText], ...(view(message as never) as object) });
    });
    this.slots.set(number, slot);
    return slot;
  }

  private async connection(number: number): Promise<ChannelModel> {
    const existing = this.connections[number];
    if (existing !== undefined) return existing;
    const connection = await amqplib.connect(this.url, { noDelay: true });
    connection.on('error', (error: Error) => {
      const [first] = this.slotsOf(number);
      first?.events.push(error.message);
    });
    connection.on('close', () => this.lost(number, connection));
    this.connections[number] = connection;
    return connection;
  }

  private lost(number: number, connection = this.connections[number]): void {
    if (this.connections[number] !== connection) return;
    this.connections[number] = undefined;
    for (const slot of this.slotsOf(number)) slot.open = false;
    if (number === 2) this.monitor = undefined;
  }

  private slotsOf(connection: number): Slot[] {
    return [...this.slots].flatMap(([number, slot]) => (connectionOf(number) === connection ? [slot] : []));
  }

  private takeEvents(): Record<string, unknown[]> {
    const taken: Record<string, unknown[]> = {};
    for (const [number, slot] of this.slots) {
      if (slot.events.length > 0) taken[number] = slot.events.splice(0);
    }
    return taken;
  }

  /** Channels first: what they hold goes back before the queues go. */
  private async cleanUp(): Promise<void> {
    for (const slot of this.slots.values()) if (slot.open) await slot.channel.close().catch(() => {});
    this.slots = new Map();
    const owners = [2, 0, 1];
    for (const queue of this.queues) {
      for (const owner of owners)
        if (await this.deleted(owner, (channel) => channel.deleteQueue(this.name(queue)))) break;
    }
    for (const exchange of this.exchanges)
      await this.deleted(2, (channel) => channel.deleteExchange(this.name(exchange)));
    this.queues = new Set();
    this.exchanges = new Set();
  }

  /** An exclusive queue can only be deleted by its own connection. */
  private async deleted(owner: number, work: (channel: ConfirmChannel) => Promise<unknown>): Promise<boolean> {
    if (owner === 2) await this.count('none').catch(() => {});
    const connection = this.connections[owner];
    if (connection === undefined) return false;
    const channel = await connection.createConfirmChannel();
    channel.on('error', () => {});
    try {
      await work(channel);
      await channel.close();
      return true;
    } catch {
      return false;
    }
  }

  /** Queues and exchanges get the sequence's own name; other keys stay as they are. */
  private name(name: string): string {
    return /^[qx]\d$/.test(name) ? this.prefix + name : name;
  }

  private named(args: Record<string, unknown>): Record<string, unknown> {
    const known = Object.entries(args).filter(([, value]) => value !== undefined);
    return Object.fromEntries(
      known.map(([name, value]) => [name, typeof value === 'string' ? this.name(value) : value]),
    );
  }
}

function connectionOf(channel: number): number {
  return Math.floor(channel / CHANNELS_PER_CONNECTION);
}

function published(
  channel: ConfirmChannel,
  exchange: string,
  key: string,
  body: string,
  options: object,
): Promise<string> {
  return new Promise((resolve) => {
    const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
    channel.publish(exchange, key, Buffer.from(body), given, (error) =>
      resolve(error === null ? 'confirmed' : 'not confirmed'),
    );
  });
}
