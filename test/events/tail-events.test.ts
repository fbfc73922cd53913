import { once } from 'node:events';
import { testBroker } from '@mscli/amqp-broker';
import { connect } from 'amqplib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { publishEvent } from '../../src/events/publish-event.js';
import type { SeenEvent } from '../../src/events/see-event.js';
import { type TailOptions, tailEvents } from '../../src/events/tail-events.js';

let broker: Awaited<ReturnType<typeof testBroker>>;
const abort = () => new AbortController();

beforeEach(async () => {
  broker = await testBroker();
});

afterEach(() => broker.stop());

describe('tailEvents', () => {
  it('sees what matches one of its patterns, once', async () => {
    const { events, ready } = tail({ patterns: ['order.#', '#.placed', 'payment.*'] });
    await ready;
    for (const key of ['order.placed', 'user.registered', 'payment.taken']) await publish(key, { key });
    expect(await take(events, 2)).toMatchObject([
      { key: 'order.placed', source: 'mscli', data: { key: 'order.placed' }, cloudEvent: true },
      { key: 'payment.taken' },
    ]);
  });

  it('takes nothing from a queue of a service', async () => {
    const connection = await connect(broker.url);
    const channel = await connection.createChannel();
    await channel.assertExchange('events', 'topic', { durable: true });
    await channel.assertQueue('mail-service.order.placed');
    await channel.bindQueue('mail-service.order.placed', 'events', 'order.placed');
    const { events, ready } = tail({});
    await ready;
    await publish('order.placed', 1);
    await take(events, 1);
    expect(await channel.checkQueue('mail-service.order.placed')).toMatchObject({ messageCount: 1 });
    await connection.close();
  });

  it('leaves no queue behind, and no listener on the signal', async () => {
    const controller = abort();
    const { events, ready } = tail({ signal: controller.signal });
    await ready;
    const ended = events.next();
    controller.abort();
    expect(await ended).toEqual({ done: true, value: undefined });
    expect(await publish('order.placed', 1)).toMatchObject({ routed: false });
  });

  it('shows a message that is no CloudEvent: text, and bytes in base64', async () => {
    const { events, ready } = tail({});
    await ready;
    const connection = await connect(broker.url);
    const channel = await connection.createConfirmChannel();
    channel.publish('events', 'order.raw', Buffer.from('{"id":1}'), { messageId: 'm-1', appId: 'legacy' });
    channel.publish('events', 'order.raw', Buffer.from('hello'));
    channel.publish('events', 'order.raw', Buffer.from([0xff, 0xfe, 1]));
    await channel.waitForConfirms();
    expect(await take(events, 3)).toMatchObject([
      { key: 'order.raw', id: 'm-1', source: 'legacy', data: { id: 1 }, cloudEvent: false },
      { data: 'hello', source: 'unknown', cloudEvent: false },
      { data: '//4B' },
    ]);
    await connection.close();
  });

  it('goes on when the broker comes back', async () => {
    const states: string[] = [];
    const { events, ready } = tail({ onConnection: (state) => states.push(state) });
    await ready;
    const { port } = new URL(broker.url);
    const next = take(events, 1);
    await broker.stop();
    broker = await testBroker({ port: Number(port) });
    await expect.poll(() => states, { timeout: 10_000 }).toEqual(['listening', 'lost', 'back']);
    await publish('order.placed', 2);
    expect(await next).toMatchObject([{ data: 2 }]);
  });

  it('says what to do when no broker answers at the start', async () => {
    await broker.stop();
    const { events } = tail({});
    await expect(events.next()).rejects.toMatchObject({
      code: 'BROKER_UNAVAILABLE',
      hint: expect.stringContaining('mscli up'),
    });
  });
});

describe('publishEvent', () => {
  it('carries CloudEvents attributes and the trace that it names', async () => {
    const { events, ready } = tail({});
    await ready;
    const published = await publish('order.noted', { id: 1 });
    const [seen] = await take(events, 1);
    expect(published).toMatchObject({ key: 'order.noted', source: 'mscli', routed: true });
    expect(seen).toMatchObject({ id: published.id, trace: published.trace, time: published.time, type: 'order.noted' });
  });

  it('knows when no queue took it', async () => {
    expect(await publish('order.noted', 1)).toMatchObject({ routed: false });
  });

  it.each(['order', 'Order.Placed', 'order placed', '', '.'])('refuses the key "%s"', async (key) => {
    await expect(publish(key, 1)).rejects.toMatchObject({ code: 'INVALID_EVENT' });
  });

  it('hides the password when nobody answers', async () => {
    await broker.stop();
    const url = broker.url.replace('amqp://', 'amqp://me:secret@').replace('guest:guest@', '');
    const failed = publishEvent({ key: 'order.noted', data: 1 }, { url, signal: abort().signal });
    await expect(failed).rejects.toMatchObject({ code: 'BROKER_UNAVAILABLE' });
    await expect(failed).rejects.toThrow(/^((?!secret).)*$/);
  });

  it('can be interrupted while nobody answers', async () => {
    const { createServer } = await import('node:net');
    const silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as { port: number };
    const controller = abort();
    const publishing = publishEvent(
      { key: 'order.noted', data: 1 },
      { url: `amqp://127.0.0.1:${port}`, signal: controller.signal },
    );
    controller.abort(new Error('enough'));
    await expect(publishing).rejects.toThrow('enough');
    silent.close();
  });
});

function tail(options: Partial<TailOptions>) {
  let isReady = () => {};
  const ready = new Promise<void>((resolve) => {
    isReady = resolve;
  });
  const events = tailEvents({
    url: async () => broker.url,
    patterns: ['#'],
    signal: abort().signal,
    retryMs: 20,
    ...options,
    onConnection: (state) => {
      options.onConnection?.(state);
      isReady();
    },
  });
  // A generator begins at the first next(): this one is handed out first.
  let first: Promise<IteratorResult<SeenEvent, void>> | undefined = events.next();
  first.catch(() => {});
  const next = (): Promise<IteratorResult<SeenEvent, void>> => {
    const result = first ?? events.next();
    first = undefined;
    return result;
  };
  return { events: { next }, ready };
}

async function take(events: { next(): Promise<IteratorResult<SeenEvent, void>> }, count: number): Promise<SeenEvent[]> {
  const taken: SeenEvent[] = [];
  while (taken.length < count) {
    const { value } = await events.next();
    if (value !== undefined) taken.push(value);
  }
  return taken;
}

function publish(key: string, data: unknown) {
  return publishEvent({ key, data }, { url: broker.url, signal: abort().signal });
}
