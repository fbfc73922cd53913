import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import amqplib, {
  type Channel,
  type ChannelModel,
  type ConfirmChannel,
  type ConsumeMessage,
  type GetMessage,
} from 'amqplib';

const PATIENCE_MS = 20_000;

/** Something done to a broker, with what a client saw of it; the same on RabbitMQ and here. */
export interface Scenario {
  name: string;
  run(client: Client): Promise<unknown>;
}

/** A stock client, with what scenarios need over and over. */
export class Client implements AsyncDisposable {
  readonly url: string;
  /** Where the management API is. */
  readonly management: string;
  private readonly connections: ChannelModel[] = [];

  constructor(url: string, management: string) {
    this.url = url;
    this.management = management;
  }

  async connection(path = ''): Promise<ChannelModel> {
    const connection = await amqplib.connect(this.url + path, { noDelay: true });
    connection.on('error', () => {});
    this.connections.push(connection);
    return connection;
  }

  async channel(): Promise<Channel> {
    const channel = await (await this.connection()).createChannel();
    channel.on('error', () => {});
    return channel;
  }

  async confirmChannel(): Promise<ConfirmChannel> {
    const channel = await (await this.connection()).createConfirmChannel();
    channel.on('error', () => {});
    return channel;
  }

  /** What the broker answers to something wrong: the channel's exception, and whether its connection lives on. */
  async channelError(work: (channel: Channel) => Promise<unknown> | unknown): Promise<unknown> {
    const connection = await this.connection();
    const channel = await connection.createChannel();
    const failed = once(channel, 'error');
    // The promise of the failing call says the same thing as the event.
    await Promise.resolve(work(channel)).catch(() => {});
    const [error] = (await within(failed, 'no channel error')) as [Error & { code?: number }];
    const other = await connection.createChannel();
    await other.close();
    return { code: error.code, text: error.message, connection: 'alive' };
  }

  /** What the broker answers to something so wrong that the connection ends. */
  async connectionError(work: (channel: Channel) => Promise<unknown> | unknown): Promise<unknown> {
    const connection = await this.connection();
    const channel = await connection.createChannel();
    channel.on('error', () => {});
    const failed = once(connection, 'error');
    await Promise.resolve(work(channel)).catch(() => {});
    const [error] = (await within(failed, 'no connection error')) as [Error & { code?: number }];
    return { code: error.code, text: error.message };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.connections.map((connection) => connection.close().catch(() => {})));
  }
}

/** A broker, and its management API. */
export interface Observed {
  readonly url: string;
  readonly management: string;
}

/** Runs a scenario against a broker; names that brokers generate are made equal. */
export async function observe(broker: Observed, run: Scenario['run']): Promise<unknown> {
  await using client = new Client(broker.url, broker.management);
  const text = JSON.stringify((await run(client)) ?? null);
  return JSON.parse(text.replace(/amq\.gen-[\w-]{22}/g, 'amq.gen-…').replace(/amq\.ctag-[\w-]{22}/g, 'amq.ctag-…'));
}

/** Everything in a queue, in order, as a client sees it. */
export async function drain(channel: Channel, queue: string): Promise<unknown[]> {
  const seen: unknown[] = [];
  for (
    let message = await channel.get(queue, { noAck: true });
    message !== false;
    message = await channel.get(queue, { noAck: true })
  ) {
    seen.push(view(message));
  }
  return seen;
}

/** Waits until the queue holds so many ready messages. */
export async function holds(channel: Channel, queue: string, count: number): Promise<void> {
  const until = Date.now() + PATIENCE_MS;
  while ((await channel.checkQueue(queue)).messageCount !== count) {
    if (Date.now() > until) throw new Error(`${queue} never held ${count} messages`);
    await sleep(20);
  }
}

/** Consumes until so many messages came, and answers them unsettled. */
export async function take(
  channel: Channel,
  queue: string,
  count: number,
  options?: amqplib.Options.Consume,
): Promise<ConsumeMessage[]> {
  const messages: ConsumeMessage[] = [];
  let enough: () => void = () => {};
  const full = new Promise<void>((resolve) => {
    enough = resolve;
  });
  const collect = (message: ConsumeMessage | null) => {
    if (message === null) return;
    messages.push(message);
    if (messages.length === count) enough();
  };
  const { consumerTag } = await channel.consume(queue, collect, options);
  await within(full, `only ${messages.length} of ${count} messages from ${queue}`);
  await channel.cancel(consumerTag);
  return messages;
}

export function view(message: GetMessage | ConsumeMessage): unknown {
  const { headers = {}, ...properties } = message.properties;
  return {
    exchange: message.fields.exchange,
    routingKey: message.fields.routingKey,
    redelivered: message.fields.redelivered,
    body: message.content.toString(),
    headers: comparable(headers),
    properties: JSON.parse(JSON.stringify(properties)),
  };
}

export const bodies = (messages: readonly { content: Buffer }[]): string[] =>
  messages.map((message) => message.content.toString());

/** Waits, but not for ever. */
export async function within<T>(promise: Promise<T>, complaint: string): Promise<T> {
  const timer = new AbortController();
  const late = sleep(PATIENCE_MS, undefined, { signal: timer.signal }).then(() => Promise.reject(new Error(complaint)));
  late.catch(() => {});
  try {
    return await Promise.race([promise, late]);
  } finally {
    timer.abort();
  }
}

/**
 * Headers without what must differ: the time of a death; x-last-death-*, which RabbitMQ has since 3.13; and the order of all
 * deaths but the last, which RabbitMQ 3.10 turns round at each death, where 4.x keeps the newest first as documented.
 */
function comparable(headers: Record<string, unknown>): unknown {
  const kept = Object.entries(headers).filter(([name]) => !name.startsWith('x-last-death-'));
  return JSON.parse(JSON.stringify(Object.fromEntries(kept)), (key, value) => {
    if (key === 'time') return 'some time';
    return key === 'x-death' && Array.isArray(value) ? [value[0], ...value.slice(1).sort(byQueueAndReason)] : value;
  });
}

function byQueueAndReason(a: Record<string, unknown>, b: Record<string, unknown>): number {
  return `${a.queue} ${a.reason}`.localeCompare(`${b.queue} ${b.reason}`);
}
