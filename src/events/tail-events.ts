import { setTimeout as sleep } from 'node:timers/promises';
import { EXCHANGE, exchangeOptions } from '@mscli/runtime/events';
import type { ChannelModel, ConsumeMessage } from 'amqplib';
import { untilAborted } from '../broker/until-aborted.js';
import { failure, MscliError } from '../errors.js';
import { connectBroker, disconnect } from './broker-connection.js';
import { type SeenEvent, seeEvent } from './see-event.js';

export interface TailOptions {
  /** Asked before each connection: an embedded broker may come back on another port. */
  url: () => Promise<string>;
  /** Topic patterns; an event that matches several is seen once. */
  patterns: readonly string[];
  signal: AbortSignal;
  /** Told when the broker goes and comes back; what is published between is not seen. */
  onConnection?: (state: 'listening' | 'lost' | 'back') => void;
  /** Default 250 ms, doubling up to 4 s. */
  retryMs?: number;
}

/**
 * The events from now on, copied into a queue of our own that the broker removes when we go: nothing is taken from any
 * service. Ends when the signal aborts; rejects when the broker cannot be reached at the start.
 */
export async function* tailEvents(options: TailOptions): AsyncGenerator<SeenEvent, void, undefined> {
  const { url, patterns, signal, onConnection = () => {}, retryMs = 250 } = options;
  let failures = 0;
  for (let first = true; !signal.aborted; ) {
    try {
      const connection = await connectBroker(await url(), 'mscli events tail', signal);
      const incoming = await listen(connection, patterns, signal);
      onConnection(first ? 'listening' : 'back');
      first = false;
      failures = 0;
      yield* untilClosed(connection, incoming, signal);
      if (!signal.aborted) onConnection('lost');
    } catch (error) {
      if (signal.aborted) return;
      if (first || !isUnavailable(error)) throw error;
      await sleep(Math.min(4000, retryMs * 2 ** failures++), undefined, { signal }).catch(() => {});
    }
  }
}

/** What has arrived and was not yet handed on, and who waits for more. */
interface Incoming {
  messages: ConsumeMessage[];
  closed: boolean;
  wake: () => void;
}

async function listen(connection: ChannelModel, patterns: readonly string[], signal: AbortSignal): Promise<Incoming> {
  const incoming: Incoming = { messages: [], closed: false, wake: () => {} };
  try {
    await untilAborted(copyInto(incoming, connection, patterns), signal);
    return incoming;
  } catch (cause) {
    await disconnect(connection);
    signal.throwIfAborted();
    throw failure('BROKER_UNAVAILABLE', 'The broker refuses to copy events.', { cause });
  }
}

async function copyInto(incoming: Incoming, connection: ChannelModel, patterns: readonly string[]): Promise<void> {
  const close = () => {
    incoming.closed = true;
    incoming.wake();
  };
  connection.on('error', () => {}).on('close', close);
  const channel = await connection.createChannel();
  channel.on('error', () => {}).on('close', close);
  await channel.assertExchange(EXCHANGE, 'topic', exchangeOptions);
  const { queue } = await channel.assertQueue('', { exclusive: true, autoDelete: true, durable: false });
  for (const pattern of patterns) await channel.bindQueue(queue, EXCHANGE, pattern);
  const onMessage = (message: ConsumeMessage | null) => {
    if (message === null) return close();
    incoming.messages.push(message);
    incoming.wake();
  };
  await channel.consume(queue, onMessage, { noAck: true, exclusive: true });
}

async function* untilClosed(connection: ChannelModel, incoming: Incoming, signal: AbortSignal) {
  const onAbort = () => incoming.wake();
  signal.addEventListener('abort', onAbort);
  try {
    while (!signal.aborted) {
      const message = incoming.messages.shift();
      if (message !== undefined) yield seeEvent(message);
      else if (incoming.closed) return;
      else await woken(incoming);
    }
  } finally {
    signal.removeEventListener('abort', onAbort);
    await disconnect(connection);
  }
}

async function woken(incoming: Incoming): Promise<void> {
  await new Promise<void>((resolve) => {
    incoming.wake = resolve;
  });
}

function isUnavailable(error: unknown): boolean {
  return error instanceof MscliError && error.code === 'BROKER_UNAVAILABLE';
}
