import { randomUUID } from 'node:crypto';
import { EXCHANGE, encodeEvent, exchangeOptions } from '@mscli/runtime/events';
import { formatTraceparent, startTrace } from '@mscli/runtime/telemetry';
import type { ChannelModel, Options } from 'amqplib';
import { untilAborted } from '../broker/until-aborted.js';
import { failure } from '../errors.js';
import { connectBroker, disconnect } from './broker-connection.js';

export interface PublishedEvent {
  id: string;
  key: string;
  source: string;
  time: string;
  trace: string;
  /** False when no queue took it: nobody subscribes to this key, and nobody will ever see it. */
  routed: boolean;
}

/** Publishes one event as mscli, and waits until the broker has taken it over. */
export async function publishEvent(
  { key, data, subject }: { key: string; data: unknown; subject?: string | undefined },
  { url, signal, now = () => new Date() }: { url: string; signal: AbortSignal; now?: () => Date },
): Promise<PublishedEvent> {
  checkKey(key);
  const trace = startTrace();
  const event = { id: randomUUID(), type: key, source: 'mscli', time: now().toISOString(), data };
  const message = encodeEvent({
    ...event,
    ...(subject === undefined ? {} : { subject }),
    traceparent: formatTraceparent(trace),
  });
  const connection = await connectBroker(url, 'mscli events publish', signal);
  connection.on('error', () => {});
  try {
    const routed = await untilAborted(confirmed(connection, message), signal);
    return { id: event.id, key, source: event.source, time: event.time, trace: trace.traceId, routed };
  } finally {
    await disconnect(connection);
  }
}

function checkKey(key: string): void {
  if (/^[a-z0-9_-]+(\.[a-z0-9_-]+)+$/.test(key) && key.length <= 200) return;
  throw failure('INVALID_EVENT', `"${key}" is not the key of an event.`, {
    hint: 'A key is <noun>.<past-tense verb> in lower case, such as order.placed.',
  });
}

/** A mandatory message that no queue takes comes back before it is confirmed (AMQP 0-9-1 §1.8.3.7, RabbitMQ's confirms). */
async function confirmed(connection: ChannelModel, message: ReturnType<typeof encodeEvent>): Promise<boolean> {
  let returned = false;
  try {
    const channel = await connection.createConfirmChannel();
    channel.on('error', () => {});
    channel.on('return', () => {
      returned = true;
    });
    await channel.assertExchange(EXCHANGE, 'topic', exchangeOptions);
    const options = { ...message.properties, mandatory: true, persistent: true } as Options.Publish;
    channel.publish(message.exchange, message.routingKey, message.content, options);
    await channel.waitForConfirms();
    return !returned;
  } catch (cause) {
    throw failure('BROKER_UNAVAILABLE', 'The broker did not confirm the event: it may or may not be published.', {
      cause,
    });
  }
}
