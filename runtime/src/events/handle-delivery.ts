import { setTimeout as sleep } from 'node:timers/promises';
import { MscliError } from '../errors.js';
import type { Service } from '../host/service.js';
import { runWithTrace } from '../telemetry/index.js';
import { backoff } from './backoff.js';
import { deadLetter, shortened } from './dead-letter.js';
import { decodeEvent, derivedId, routingKey } from './decode-event.js';
import { describeIssues } from './describe-issues.js';
import type { Event } from './event.js';
import { InOrder } from './in-order.js';
import { oncePerEvent } from './inbox.js';
import { Redeliveries } from './redeliveries.js';
import type { EventContext, Subscription } from './subscription.js';
import type { IncomingMessage, QueueSpec, Transport } from './transport.js';

/** What handling needs. */
export interface DeliveryOptions {
  readonly subscription: Subscription;
  readonly queue: QueueSpec;
  readonly service: Service;
  readonly transport: Transport;
  /** Aborts when the service begins to stop: no further attempts, unfinished deliveries go back. */
  readonly stopping: AbortSignal;
  /** What runs right now, for a stop that hangs. */
  readonly busy: Set<string>;
  readonly version: string | undefined;
  readonly random?: () => number;
}

type Received = { readonly event: Event } | Refused;

interface Refused {
  readonly refused: MscliError;
  readonly id: string;
}

const longestRetryDelayMs = 30_000;

/**
 * Makes the function that handles a subscription's messages. Its promise resolves when the message may be
 * acknowledged, because it was handled or stands in the dead-letter queue, and rejects when it must go back.
 */
export function deliveryHandler(options: DeliveryOptions): (message: IncomingMessage) => Promise<void> {
  const inOrder = new InOrder();
  const redeliveries = new Redeliveries(options.service.db, options.subscription.name);
  return (message) => {
    const received = receive(options.subscription, message);
    if ('refused' in received) return refuse(options, message, received);
    const { event } = received;
    const run = () => runWithTrace(event.traceparent, () => handle(options, event, message));
    const giveUpDeadly = (deaths: number) => giveUp(options, message, event.id, deadly(event, deaths), deaths);
    return inOrder.run(event.key, () =>
      message.redelivered ? redeliveries.handle(event, { run, giveUp: giveUpDeadly }) : run(),
    );
  };
}

function receive(subscription: Subscription, message: IncomingMessage): Received {
  try {
    const event = decodeEvent(message);
    if (!subscription.contract) return { event };
    const parsed = subscription.contract.schema.safeParse(event.data);
    if (parsed.success) return { event: { ...event, data: parsed.data } };
    const sentence = `${event.type} from ${event.source} breaks its contract: ${describeIssues(parsed.error, event.data)}`;
    return { refused: new MscliError('INVALID_EVENT', sentence, { cause: parsed.error }), id: event.id };
  } catch (error) {
    const refused =
      error instanceof MscliError ? error : new MscliError('INVALID_EVENT', `Unreadable: ${error}`, { cause: error });
    return { refused, id: message.properties.messageId || derivedId(message) };
  }
}

async function handle(options: DeliveryOptions, event: Event, message: IncomingMessage): Promise<void> {
  const { subscription, service, stopping } = options;
  const log = service.log.child({ event: event.type, eventId: event.id, subscription: subscription.name });
  const busy = `handler ${options.queue.name}, event ${event.id}`;
  for (let attempt = 1; ; attempt += 1) {
    stopping.throwIfAborted();
    const began = performance.now();
    options.busy.add(busy);
    try {
      await subscription.handler(event as Event<never>, context(options, event, log, attempt));
      log.info({ attempt, ms: Math.round(performance.now() - began) }, `handled ${event.type}`);
      return;
    } catch (error) {
      if (attempt >= subscription.attempts || isFinal(error)) {
        return await giveUp(options, message, event.id, error, attempt);
      }
      log.warn({ err: error, attempt }, `handling ${event.type} failed, trying again`);
    } finally {
      options.busy.delete(busy);
    }
    const policy = { baseMs: subscription.retryDelayMs, longestMs: longestRetryDelayMs, factor: 4 };
    await sleep(backoff(attempt, policy, options.random), undefined, { signal: stopping });
  }
}

function context(
  { service, subscription }: DeliveryOptions,
  event: Event,
  log: EventContext['log'],
  attempt: number,
): EventContext {
  let used = false;
  return {
    attempt,
    log,
    service,
    signal: service.signal,
    async tx(work) {
      if (used) {
        throw new MscliError('TX_TWICE', `The handler ${subscription.name} called tx twice for event ${event.id}.`, {
          hint: 'Do all writes of one event in a single ctx.tx, so that they happen together and once.',
        });
      }
      used = true;
      return await oncePerEvent(service.db, subscription.name, event, work);
    },
  };
}

function deadly(event: Event, deaths: number): MscliError {
  return new MscliError(
    'DEADLY_EVENT',
    `The process died ${deaths} times while it handled ${event.type} ${event.id} again.`,
    {
      hint: 'Look into the log of the instance before its last starts.',
    },
  );
}

/** Business refusals and calls that cannot succeed say so themselves. */
function isFinal(error: unknown): boolean {
  return error instanceof MscliError && 'retriable' in error && error.retriable === false;
}

async function giveUp(
  options: DeliveryOptions,
  message: IncomingMessage,
  id: string,
  error: unknown,
  attempts: number,
): Promise<void> {
  const { queue, service } = options;
  await setAside(options, message, id, error, attempts);
  service.log.error(
    { err: error, event: routingKey(message), eventId: id, attempts, queue: queue.deadLetterQueue },
    `gave up ${routingKey(message)}: it is in the dead-letter queue`,
  );
}

/** The sentence says all that the publisher has to know; a stack would tell of this program, where nothing is wrong. */
async function refuse(options: DeliveryOptions, message: IncomingMessage, { refused, id }: Refused): Promise<void> {
  await setAside(options, message, id, refused, 1);
  const fields = { event: routingKey(message), eventId: id, queue: options.queue.deadLetterQueue };
  options.service.log.error(fields, `refused: ${refused.message}`);
}

async function setAside(
  { queue, service, transport, version }: DeliveryOptions,
  message: IncomingMessage,
  id: string,
  error: unknown,
  attempts: number,
): Promise<void> {
  const failure = { error, attempts, instanceId: service.instanceId, version, now: new Date() };
  const letter = deadLetter(message, queue.deadLetterQueue, id, failure);
  try {
    await transport.publish(letter);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    await transport.publish(shortened(letter));
  }
}
