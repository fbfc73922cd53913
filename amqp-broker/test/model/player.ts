import { setTimeout as sleep } from 'node:timers/promises';
import amqplib, { type Channel, type ChannelModel } from 'amqplib';
import { view } from '../differential/observe.js';
import { act, TX, transact } from './act.js';
import { type Operation, TRANSACTIONAL } from './operations.js';
import { CHANNELS, connectionOf, newSlot, type Slot, takeTold } from './slot.js';
import { Stage } from './stage.js';
import { expiresAtOnce, isTimed, QUICK_MS, WAIT_MS } from './timing.js';
import { Watch } from './watch.js';

const WATCHER = 2;
/** What moves for so long goes round for ever. */
const ENDLESS_MS = 20_000;
const NEEDS: Partial<Record<Operation['do'], 'held' | 'consumers'>> = {
  ack: 'held',
  nack: 'held',
  reject: 'held',
  recover: 'held',
  cancel: 'consumers',
};

/** What was seen after one operation. */
export interface Observation {
  did: Operation['do'];
  result: unknown;
  /** By channel: deliveries by their queues, and returns, cancellations, errors. */
  told: Record<string, Record<string, unknown[]>>;
  /** By queue: ready messages and consumers, or why there are none. */
  queues: Record<string, string>;
}

export interface Played {
  seen: readonly Observation[];
  /** Whether it took so long that a time to live may have been over too soon. */
  late: boolean;
  /** Whether messages went round for ever, as dead letters can; what would have come after is not played. */
  endless: boolean;
}

/** Plays sequences of operations against one broker with stock clients, and writes down all that can be seen. */
export class Player implements AsyncDisposable {
  private readonly url: string;
  private readonly connections: (Promise<ChannelModel> | undefined)[] = [];
  private readonly slots = new Map<number, Slot>();
  private readonly watch = new Watch(() => this.open(WATCHER));
  private readonly cleaners: (Promise<Channel> | undefined)[] = [];
  private stage = new Stage('');
  private expiresAtOnce = false;

  constructor(url: string) {
    this.url = url;
  }

  /** Plays a sequence; `prefix` keeps its names apart from all others. */
  async play(operations: readonly Operation[], prefix: string): Promise<Played> {
    this.stage = new Stage(prefix);
    this.expiresAtOnce = expiresAtOnce(operations);
    const timed = isTimed(operations);
    const seen: Observation[] = [];
    let late = false;
    let endless = false;
    let since = performance.now();
    for (const [index, operation] of operations.entries()) {
      if (operation.do === 'wait') await sleep(timed ? WAIT_MS : 0);
      const slot = await this.slot(this.channelFor(operation));
      const result = await this.perform(slot, operation, index);
      const queues = await this.settle(operation);
      if (operation.do === 'wait') since = performance.now();
      late ||= timed && performance.now() - since > QUICK_MS;
      endless = queues === undefined;
      if (queues === undefined) break;
      seen.push({ did: operation.do, result, told: this.takeTold(), queues });
    }
    await this.cleanUp();
    return { seen: this.stage.comparable(seen), late, endless };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.connections.map(async (connection) => (await connection)?.close().catch(() => {})));
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
      if (operation.do === 'wait') return 'waited';
      if (operation.do === 'publish') return await this.publishAll(slot, operation, `m${index}`);
      if (operation.do === 'close-connection') return await this.closeConnection(connectionOf(operation.channel));
      if (operation.do === 'declare-queue') this.stage.queues.add(operation.queue);
      return (await act(slot, operation, index, this.stage)) ?? 'done';
    } catch (error) {
      // The event of the channel or connection says why.
      return error instanceof Error && 'code' in error ? `refused ${String(error.code)}` : 'failed';
    }
  }

  private async publishAll(slot: Slot, operation: Operation & { do: 'publish' }, body: string): Promise<string[]> {
    const outcomes: string[] = [];
    for (let number = 0; number < operation.count && slot.open; number += 1) {
      if (number > 0 && (await this.settle(operation)) === undefined) break;
      outcomes.push(await this.publish(slot, operation, `${body}.${number}`));
    }
    return outcomes;
  }

  private publish(slot: Slot, operation: Operation & { do: 'publish' }, body: string): Promise<string> {
    const { mandatory, persistent, priority, expiration, header, userId } = operation;
    const options = this.stage.named({
      mandatory,
      persistent,
      priority,
      expiration,
      userId,
      replyTo: operation.asks ? 'amq.rabbitmq.reply-to' : undefined,
      headers: header === undefined ? undefined : { h: header, 'x-h': header },
      CC: operation.CC?.map((key) => this.stage.name(key)),
      BCC: operation.BCC?.map((key) => this.stage.name(key)),
    });
    const to = [this.stage.name(operation.exchange), this.stage.name(operation.key), Buffer.from(body)] as const;
    return new Promise((resolve) => {
      if (slot.confirms === undefined) {
        slot.channel.publish(...to, options);
        resolve('sent');
      } else {
        const confirmed = (error: unknown) => resolve(error === null ? 'confirmed' : 'not confirmed');
        slot.confirms.publish(...to, options, confirmed);
      }
    });
  }

  private async closeConnection(number: number): Promise<string> {
    const connection = this.connections[number];
    await (await connection)?.close();
    this.lost(number, connection);
    return 'done';
  }

  /** Waits until nothing moves any more: the same counts twice, and everything sent to the channels read. Undefined where that never comes. */
  private async settle(operation: Operation): Promise<Record<string, string> | undefined> {
    if (operation.do === 'declare-queue') this.watch.again(operation.queue);
    let before = '';
    const endlessAt = performance.now() + ENDLESS_MS;
    while (performance.now() < endlessAt) {
      if (this.expiresAtOnce) await sleep(3);
      const queues = [...this.stage.queues].sort();
      const counts = await Promise.all(queues.map((queue) => this.watch.count(queue, this.stage.name(queue))));
      await Promise.all([...this.slots.values()].map(heard));
      const now = JSON.stringify(counts) + [...this.slots.values()].map((slot) => slot.told.length).join();
      if (now === before) return Object.fromEntries(queues.map((queue, index) => [queue, counts[index] as string]));
      before = now;
    }
    return undefined;
  }

  private async slot(number: number): Promise<Slot> {
    const existing = this.slots.get(number);
    if (existing?.open) return existing;
    const channel = await this.open(connectionOf(number), number !== TRANSACTIONAL);
    const slot = newSlot(number, channel, existing?.told ?? []);
    if (number === TRANSACTIONAL) await transact(channel, TX.select);
    const tell = (what: unknown) => slot.told.push({ from: '', what });
    channel.on('error', (error: Error) => tell(error.message));
    channel.on('close', () => {
      slot.open = false;
    });
    channel.on('return', (message) => {
      const { replyCode, replyText } = message.fields as unknown as { replyCode: number; replyText: string };
      tell({ returned: [replyCode, replyText], ...(view(message as never) as object) });
    });
    this.slots.set(number, slot);
    return slot;
  }

  private async open(connection: number, confirms = false): Promise<Channel> {
    const model = await this.connection(connection);
    const channel = await (confirms ? model.createConfirmChannel() : model.createChannel());
    channel.on('error', () => {});
    return channel;
  }

  private connection(number: number): Promise<ChannelModel> {
    const existing = this.connections[number];
    if (existing !== undefined) return existing;
    const connecting = this.connect(number, () => this.lost(number, connecting));
    this.connections[number] = connecting;
    return connecting;
  }

  private async connect(number: number, onClosed: () => void): Promise<ChannelModel> {
    const connection = await amqplib.connect(this.url, { noDelay: true });
    connection.on('error', (error: Error) => {
      const [first] = this.slotsOf(number);
      first?.told.push({ from: '', what: error.message });
    });
    connection.on('close', onClosed);
    return connection;
  }

  private lost(number: number, connection: Promise<ChannelModel> | undefined): void {
    if (this.connections[number] !== connection) return;
    this.connections[number] = undefined;
    for (const slot of this.slotsOf(number)) slot.open = false;
  }

  private slotsOf(connection: number): Slot[] {
    return [...this.slots].flatMap(([number, slot]) => (connectionOf(number) === connection ? [slot] : []));
  }

  private takeTold(): Record<string, Record<string, unknown[]>> {
    const told: Record<string, Record<string, unknown[]>> = {};
    for (const [number, slot] of this.slots) if (slot.told.length > 0) told[number] = takeTold(slot);
    return told;
  }

  /** Channels first: what they hold goes back before the queues go. */
  private async cleanUp(): Promise<void> {
    const open = [...this.slots.values()].filter((slot) => slot.open);
    await Promise.all(open.map((slot) => slot.channel.close().catch(() => {})));
    this.slots.clear();
    this.watch.forget();
    // One after the other: RabbitMQ fails inside (541) where a queue and an exchange that is bound to it go at the same time.
    for (const queue of this.stage.queues) await this.deleted((channel) => channel.deleteQueue(this.stage.name(queue)));
    for (const name of this.stage.exchanges) {
      await this.deleted((channel) => channel.deleteExchange(this.stage.name(name)));
    }
  }

  /** An exclusive queue can only be deleted by its own connection, whichever it is. */
  private async deleted(remove: (channel: Channel) => Promise<unknown>): Promise<void> {
    for (const owner of [WATCHER, 0, 1]) {
      if (owner !== WATCHER && this.connections[owner] === undefined) continue;
      this.cleaners[owner] ??= this.open(owner);
      const done = await this.cleaners[owner].then(remove).then(
        () => true,
        () => false,
      );
      if (done) return;
      this.cleaners[owner] = undefined;
    }
  }
}

/** Everything that was sent to the channel before the broker's answer has been read. */
async function heard(slot: Slot): Promise<void> {
  if (slot.open) await slot.channel.checkExchange('amq.direct').catch(() => {});
}
