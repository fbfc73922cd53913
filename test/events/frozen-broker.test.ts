import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { testBroker } from '@mscli/amqp-broker';
import { expect, it } from 'vitest';
import { publishEvent } from '../../src/events/publish-event.js';
import { tailEvents } from '../../src/events/tail-events.js';

/** A broker that answers nothing any more from the moment at which a client sends `word`, as under a memory alarm. */
async function freezingBroker(word: string) {
  const broker = await testBroker();
  const sockets = new Set<Socket>();
  const keep = (socket: Socket) => {
    sockets.add(socket.on('error', () => {}));
    return socket;
  };
  const frozen = { open: 0, closed: 0 };
  const server = createServer((client) => {
    const upstream = keep(connect(Number(new URL(broker.url).port), '127.0.0.1'));
    let isFrozen = false;
    keep(client).on('data', (chunk) => {
      if (!isFrozen && chunk.includes(word)) frozen.open += 1;
      isFrozen ||= chunk.includes(word);
      if (!isFrozen) upstream.write(chunk);
    });
    client.once('close', () => {
      frozen.closed += 1;
    });
    upstream.on('data', (chunk) => client.write(chunk));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(broker.url);
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.href,
    frozen,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await broker.stop();
    },
  };
}

it('gives up a publish that is never confirmed when the user says so, and leaves no connection', async () => {
  await using broker = await freezingBroker('order.noted');
  const controller = new AbortController();
  const published = publishEvent({ key: 'order.noted', data: 1 }, { url: broker.url, signal: controller.signal });
  await expect.poll(() => broker.frozen.open).toBe(1);
  controller.abort(new Error('enough'));
  await expect(published).rejects.toThrow('enough');
  await expect.poll(() => broker.frozen.closed).toBe(1);
});

it.each(['order.noted', 'topic'])('ends a watch when the broker has frozen at %j', async (word) => {
  await using broker = await freezingBroker(word);
  const controller = new AbortController();
  const url = async () => broker.url;
  const events = tailEvents({ url, patterns: ['order.noted'], signal: controller.signal });
  const next = events.next();
  await expect.poll(() => broker.frozen.open).toBe(1);
  controller.abort();
  expect(await next).toEqual({ done: true, value: undefined });
  await expect.poll(() => broker.frozen.closed).toBe(1);
});
