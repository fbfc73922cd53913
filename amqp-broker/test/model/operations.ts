import fc from 'fast-check';

/** Names stand for themselves within one sequence; the player makes them unique on the broker. */
const QUEUES = ['q0', 'q1', 'q2'];
const EXCHANGES = ['x0', 'x1'];
const KEYS = ['a', 'a.b', 'b', ''];

/**
 * What a client does: each operation names the channel (0 and 1 share a connection, 2 and 3 another) it is done on. Those that
 * settle or cancel begin at that channel to look for one that has something to settle or cancel.
 */
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
  /** How many messages, each once the one before has come to rest. */
  count: number;
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
const channel = fc.constantFrom(0, 0, 0, 1, 2, 3);
const queue = fc.constantFrom(...QUEUES);
const exchange = fc.constantFrom(...EXCHANGES);
const key = fc.constantFrom(...KEYS);

const limits = fc.record({
  'x-max-length': maybe(fc.nat({ max: 3 }), 2),
  'x-max-length-bytes': maybe(fc.nat({ max: 8 }), 10),
  'x-overflow': maybe(fc.constantFrom('drop-head', 'reject-publish', 'reject-publish-dlx'), 2),
  'x-message-ttl': maybe(fc.constantFrom(0, 600_000), 8),
  'x-max-priority': maybe(fc.nat({ max: 3 }), 4),
  'x-single-active-consumer': maybe(fc.boolean(), 6),
});

const deadLetters = fc.oneof(
  { weight: 3, arbitrary: fc.constant({}) },
  {
    weight: 4,
    arbitrary: fc.record({
      'x-dead-letter-exchange': fc.constantFrom('', ...EXCHANGES),
      'x-dead-letter-routing-key': maybe(fc.constantFrom(...QUEUES, 'a'), 1),
    }),
  },
  // Refused: a key without an exchange.
  {
    weight: 1,
    arbitrary: rarely(fc.constant(true), 8).map((wrong) => (wrong ? { 'x-dead-letter-routing-key': 'a' } : {})),
  },
);

const queueArguments: fc.Arbitrary<QueueArguments> = fc.oneof(
  { weight: 2, arbitrary: fc.constant({}) },
  { weight: 5, arbitrary: fc.tuple(limits, deadLetters).map(([some, others]) => ({ ...some, ...others })) },
);

const declareQueueNamed = (named: fc.Arbitrary<string>) =>
  fc.record({
    do: fc.constant('declare-queue' as const),
    channel,
    queue: named,
    durable: fc.oneof({ weight: 8, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
    autoDelete: seldom,
    exclusive: rarely(fc.constant(true), 25),
    args: queueArguments,
  });

const declareExchangeNamed = (named: fc.Arbitrary<string>) =>
  fc.record({
    do: fc.constant('declare-exchange' as const),
    channel,
    exchange: named,
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
  count: fc.integer({ min: 1, max: 5 }),
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

/** Each channel consumes from one queue only: in what order deliveries of several reach it is up to chance in RabbitMQ. */
const consume = fc
  .record({
    do: fc.constant('consume' as const),
    channel,
    noAck: rarely(fc.constant(true), 3),
    exclusive: seldom,
    priority: maybe(fc.integer({ min: -1, max: 2 }), 5),
  })
  .map((chosen) => ({ ...chosen, queue: QUEUES[chosen.channel % QUEUES.length] as string }));

const pick = fc.nat({ max: 4 });

const operation: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 16, arbitrary: publish },
  { weight: 1, arbitrary: declareQueueNamed(queue) },
  { weight: 1, arbitrary: declareExchangeNamed(exchange) },
  { weight: 2, arbitrary: bind },
  { weight: 9, arbitrary: fc.record({ do: fc.constant('get' as const), channel, queue, noAck: fc.boolean() }) },
  { weight: 5, arbitrary: consume },
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

const always = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(arbitrary, { nil: undefined, freq: 9 });

/** Some topology first, so that most of what follows has something to act on. */
export const operations: fc.Arbitrary<Operation[]> = fc
  .tuple(
    fc.tuple(...EXCHANGES.map((name) => always(declareExchangeNamed(fc.constant(name))))),
    fc.tuple(...QUEUES.map((name) => always(declareQueueNamed(fc.constant(name))))),
    fc.array(bind, { minLength: 0, maxLength: 4, size: 'max' }),
    fc.array(fc.oneof(publish, consume), { maxLength: 3, size: 'max' }),
    fc.array(operation, { minLength: 1, maxLength: 30, size: 'max' }),
  )
  .map((parts): Operation[] => parts.flat().filter((each) => each !== undefined));
