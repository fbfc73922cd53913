import fc from 'fast-check';

/** Names stand for themselves within one sequence; the player makes them unique on the broker. */
const QUEUES = ['q0', 'q1', 'q2'];
const EXCHANGES = ['x0', 'x1'];
const KEYS = ['a', 'a.b', 'b', ''];

/** What a client does: each operation names the channel (0 and 1 share a connection, 2 and 3 another) it is done on. */
export type Operation = { channel: number } & (
  | {
      do: 'declare-queue';
      queue: string;
      durable: boolean;
      autoDelete: boolean;
      exclusive: boolean;
      args: QueueArguments;
    }
  | {
      do: 'declare-exchange';
      exchange: string;
      type: string;
      autoDelete: boolean;
      internal: boolean;
      alternate?: string | undefined;
    }
  | { do: 'bind' | 'unbind'; to: string; exchange: string; key: string; args: Record<string, unknown> }
  | ({ do: 'publish'; exchange: string; key: string } & PublishOptions)
  | { do: 'get'; queue: string; noAck: boolean }
  | { do: 'consume'; queue: string; noAck: boolean; exclusive: boolean; priority?: number | undefined }
  | { do: 'cancel'; pick: number }
  | { do: 'prefetch'; count: number; global: boolean }
  | { do: 'ack'; pick: number; multiple: boolean }
  | { do: 'nack'; pick: number; multiple: boolean; requeue: boolean }
  | { do: 'reject'; pick: number; requeue: boolean }
  | { do: 'ack-unknown'; multiple: boolean }
  | { do: 'recover' | 'close-channel' | 'close-connection' | 'break-connection' }
  | { do: 'purge' | 'check-queue'; queue: string }
  | { do: 'delete-queue'; queue: string; ifUnused: boolean; ifEmpty: boolean }
  | { do: 'delete-exchange'; exchange: string; ifUnused: boolean }
);

export interface PublishOptions {
  mandatory: boolean;
  persistent: boolean;
  priority?: number | undefined;
  expiration?: string | undefined;
  header?: number | undefined;
  CC?: string[] | undefined;
  BCC?: string[] | undefined;
}

/** Arguments by their name on the wire; names of queues and exchanges in them are made unique too. */
export type QueueArguments = Record<string, string | number | boolean | undefined>;

const rarely = (arbitrary: fc.Arbitrary<boolean>, freq = 12) =>
  fc.oneof({ weight: freq, arbitrary: fc.constant(false) }, { weight: 1, arbitrary });
const seldom = rarely(fc.constant(true));
const maybe = <T>(arbitrary: fc.Arbitrary<T>, freq = 3) => fc.option(arbitrary, { nil: undefined, freq });
const channel = fc.nat({ max: 3 });
const queue = fc.constantFrom(...QUEUES);
const exchange = fc.constantFrom(...EXCHANGES);
const key = fc.constantFrom(...KEYS);

const queueArguments: fc.Arbitrary<QueueArguments> = fc.oneof(
  { weight: 2, arbitrary: fc.constant({}) },
  {
    weight: 5,
    arbitrary: fc.record({
      'x-max-length': maybe(fc.nat({ max: 2 }), 3),
      'x-max-length-bytes': maybe(fc.nat({ max: 5 }), 10),
      'x-overflow': maybe(fc.constantFrom('drop-head', 'reject-publish', 'reject-publish-dlx'), 3),
      'x-message-ttl': maybe(fc.constantFrom(0, 600_000), 6),
      'x-dead-letter-exchange': maybe(fc.constantFrom('', ...EXCHANGES), 1),
      'x-dead-letter-routing-key': maybe(fc.constantFrom(...QUEUES, 'a'), 3),
      'x-max-priority': maybe(fc.nat({ max: 3 }), 5),
      'x-single-active-consumer': maybe(fc.boolean(), 6),
    }),
  },
);

const declareQueue = fc.record({
  do: fc.constant('declare-queue' as const),
  channel,
  queue,
  durable: fc.oneof({ weight: 8, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
  autoDelete: seldom,
  exclusive: rarely(fc.constant(true), 25),
  args: queueArguments,
});

const declareExchange = fc.record({
  do: fc.constant('declare-exchange' as const),
  channel,
  exchange,
  type: fc.constantFrom('direct', 'topic', 'fanout', 'headers'),
  autoDelete: seldom,
  internal: seldom,
  alternate: maybe(exchange, 6),
});

const bind = fc.record({
  do: fc.constantFrom('bind' as const, 'bind' as const, 'bind' as const, 'unbind' as const),
  channel,
  to: fc.oneof({ weight: 4, arbitrary: queue }, { weight: 1, arbitrary: exchange }),
  exchange,
  key: fc.oneof(key, fc.constantFrom('#', '*', 'a.*', '#.b')),
  args: fc.oneof(
    { weight: 5, arbitrary: fc.constant({}) },
    {
      weight: 1,
      arbitrary: fc.constantFrom<Record<string, unknown>>(
        { h: 1 },
        { h: 2, 'x-match': 'any' },
        { 'x-match': 'any-with-x', 'x-h': 1 },
      ),
    },
  ),
});

const publishOptions = {
  mandatory: fc.boolean(),
  persistent: fc.boolean(),
  priority: maybe(fc.nat({ max: 4 })),
  expiration: maybe(fc.constantFrom('0', '600000'), 10),
  header: maybe(fc.nat({ max: 3 })),
  CC: maybe(fc.array(fc.oneof(queue, key), { maxLength: 2 }), 12),
  BCC: maybe(fc.array(fc.oneof(queue, key), { maxLength: 2 }), 12),
};

const publish = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('publish' as const),
      channel,
      exchange: fc.constant(''),
      key: queue,
      ...publishOptions,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('publish' as const), channel, exchange, key, ...publishOptions }),
  },
);

const pick = fc.nat({ max: 4 });

const operation: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 12, arbitrary: publish },
  { weight: 3, arbitrary: declareQueue },
  { weight: 2, arbitrary: declareExchange },
  { weight: 3, arbitrary: bind },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('get' as const), channel, queue, noAck: fc.boolean() }) },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('consume' as const),
      channel,
      queue,
      noAck: rarely(fc.constant(true), 3),
      exclusive: seldom,
      priority: maybe(fc.integer({ min: -1, max: 2 }), 5),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('cancel' as const), channel, pick }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('prefetch' as const), channel, count: fc.nat({ max: 3 }), global: seldom }),
  },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('ack' as const), channel, pick, multiple: fc.boolean() }) },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('nack' as const),
      channel,
      pick,
      multiple: fc.boolean(),
      requeue: fc.boolean(),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('reject' as const), channel, pick, requeue: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('ack-unknown' as const), channel, multiple: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('recover' as const, 'close-channel' as const), channel }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constantFrom('close-connection' as const, 'break-connection' as const), channel }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constantFrom('purge' as const, 'check-queue' as const), channel, queue }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('delete-queue' as const),
      channel,
      queue,
      ifUnused: fc.boolean(),
      ifEmpty: fc.boolean(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('delete-exchange' as const), channel, exchange, ifUnused: fc.boolean() }),
  },
);

/** Some topology first, so that most of what follows has something to act on. */
export const operations: fc.Arbitrary<Operation[]> = fc
  .tuple(
    fc.array(declareExchange, { maxLength: 2 }),
    fc.array(declareQueue, { minLength: 1, maxLength: 3 }),
    fc.array(bind, { maxLength: 3 }),
    fc.array(operation, { minLength: 1, maxLength: 18, size: 'max' }),
  )
  .map((parts): Operation[] => parts.flat());
