import type { GetMessage } from 'amqplib';
import { describe, expect, test } from 'vitest';
import { decodeEvent, defineEvent, EXCHANGE, on } from '../../src/events/index.js';
import { Rejected, z } from '../../src/index.js';
import { aBus, unique, until } from './a-bus.js';
import { type ReachableBroker, reachBroker } from './reach-broker.js';

const anEvent = () => defineEvent(`${unique('order')}.placed`, z.object({ n: z.number() }));

async function deadLetter(broker: ReachableBroker, queue: string): Promise<GetMessage> {
  let message: GetMessage | false = false;
  await until(async () => {
    message = await broker.direct.get(queue, { noAck: true });
    return message !== false;
  }, `a message in ${queue}`);
  return message as unknown as GetMessage;
}

const asMessage = ({ fields, content, properties }: GetMessage) => ({
  exchange: fields.exchange,
  routingKey: fields.routingKey,
  content,
  properties: properties as object,
});

describe('a handler that fails', () => {
  test('is tried again, and in the end the event is dead-lettered with its error', async () => {
    const broker = await reachBroker();
    const orderPlaced = anEvent();
    const { bus, subscribe, service } = await aBus(broker);
    const attempts: number[] = [];
    await subscribe(
      on(
        orderPlaced,
        (_event, { attempt }) => {
          attempts.push(attempt);
          throw new Error(`no luck ${attempt}`, { cause: new Error('the reason') });
        },
        { retryDelayMs: 1 },
      ),
    );
    const { id } = await bus.publish(orderPlaced, { n: 1 }, { subject: 'order/1' });
    const letter = await deadLetter(broker, `${service.name}.${orderPlaced.type}.dead`);
    expect(attempts).toEqual([1, 2, 3]);
    expect(letter.properties.headers).toMatchObject({
      'x-error': 'no luck 3',
      'x-stack': expect.stringMatching(/no luck 3[\s\S]*caused by Error: the reason/),
      'x-attempts': 3,
      'x-service-version': '1.2.3',
      'x-instance': service.instanceId,
      'x-original-routing-key': orderPlaced.type,
    });
    expect(decodeEvent(asMessage(letter))).toMatchObject({
      id,
      type: orderPlaced.type,
      subject: 'order/1',
      data: { n: 1 },
    });
    const { messageCount } = await broker.direct.checkQueue(`${service.name}.${orderPlaced.type}`);
    expect(messageCount).toBe(0);
  });

  test('succeeds at a later try', async () => {
    const broker = await reachBroker();
    const orderPlaced = anEvent();
    const { bus, subscribe, service } = await aBus(broker);
    const done: number[] = [];
    await subscribe(
      on(
        orderPlaced,
        (_event, { attempt }) => {
          if (attempt < 3) throw new Error('not yet');
          done.push(attempt);
        },
        { retryDelayMs: 1 },
      ),
    );
    await bus.publish(orderPlaced, { n: 1 });
    await until(() => done.length === 1);
    expect(done).toEqual([3]);
    expect(await broker.direct.get(`${service.name}.${orderPlaced.type}.dead`)).toBe(false);
  });

  test('is not tried again after a refusal', async () => {
    const broker = await reachBroker();
    const orderPlaced = anEvent();
    const { bus, subscribe, service } = await aBus(broker);
    await subscribe(
      on(orderPlaced, () => {
        throw new Rejected('sold out', { code: 'SOLD_OUT' });
      }),
    );
    await bus.publish(orderPlaced, { n: 1 });
    const letter = await deadLetter(broker, `${service.name}.${orderPlaced.type}.dead`);
    expect(letter.properties.headers).toMatchObject({
      'x-error': 'sold out',
      'x-error-code': 'SOLD_OUT',
      'x-attempts': 1,
    });
  });

  test('does not lose the event when somebody has deleted the dead-letter queue', async () => {
    const broker = await reachBroker();
    const orderPlaced = anEvent();
    const { bus, subscribe, service } = await aBus(broker);
    await subscribe(
      on(orderPlaced, () => {
        throw new Rejected('no');
      }),
    );
    const queue = `${service.name}.${orderPlaced.type}.dead`;
    await broker.direct.deleteQueue(queue);
    await bus.publish(orderPlaced, { n: 1 });
    await until(() => bus.busy.length === 0);
    await until(async () => {
      const { messageCount } = await broker.direct.assertQueue(queue, { durable: true });
      return messageCount === 1;
    }, 'the letter has arrived');
  });
});

describe('a message from elsewhere', () => {
  test('that is not JSON is dead-lettered with a clear error, and others go on', async () => {
    const broker = await reachBroker();
    const orderPlaced = anEvent();
    const { bus, subscribe, service } = await aBus(broker);
    const seen: number[] = [];
    await subscribe(on(orderPlaced, ({ data }) => void seen.push(data.n)));
    broker.direct.publish(EXCHANGE, orderPlaced.type, Buffer.from('{"n": 1'), { headers: { theirs: 7 } });
    await bus.publish(orderPlaced, { n: 2 });
    const letter = await deadLetter(broker, `${service.name}.${orderPlaced.type}.dead`);
    expect(letter.content.toString()).toBe('{"n": 1');
    expect(letter.properties.headers).toMatchObject({
      theirs: 7,
      'x-error-code': 'INVALID_EVENT',
      'x-error': expect.stringMatching(/does not hold JSON, it begins with "\{\\"n\\": 1"/),
    });
    await until(() => seen.length === 1);
    expect(seen).toEqual([2]);
  });

  test('that breaks the contract is dead-lettered with every fault, which is logged in one line', async () => {
    const broker = await reachBroker();
    const orderPlaced = anEvent();
    const { subscribe, service, logged } = await aBus(broker);
    await subscribe(on(orderPlaced, () => {}));
    broker.direct.publish(EXCHANGE, orderPlaced.type, Buffer.from('{"n":"one"}'));
    const letter = await deadLetter(broker, `${service.name}.${orderPlaced.type}.dead`);
    const sentence = `${orderPlaced.type} from unknown breaks its contract: n is "one": expected number, received string`;
    expect(letter.properties.headers?.['x-error']).toBe(sentence);
    await until(() => logged.some(({ msg }) => msg === `refused: ${sentence}`));
    expect(JSON.stringify(logged)).not.toMatch(/stack|ZodError/);
  });

  test('without CloudEvents attributes is an event like others', async () => {
    const broker = await reachBroker();
    const orderPlaced = anEvent();
    const { subscribe } = await aBus(broker);
    const seen: unknown[] = [];
    await subscribe(on(orderPlaced, (event) => void seen.push(event)));
    broker.direct.publish(EXCHANGE, orderPlaced.type, Buffer.from('{"n":1}'), { messageId: 'theirs-1' });
    await until(() => seen.length === 1);
    expect(seen[0]).toMatchObject({ id: 'theirs-1', type: orderPlaced.type, source: 'unknown', data: { n: 1 } });
  });
});
