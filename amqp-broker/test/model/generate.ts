import fc from 'fast-check';
import { type Operation, type QueueArguments, TRANSACTIONAL, TTL_MS } from './operations.js';

/** Names stand for themselves within one sequence; the player makes them unique on the broker. */
const QUEUES = ['q0', 'q1', 'q2'];
const EXCHANGES = ['x0', 'x1'];
const KEYS = ['a', 'a.b', 'b', ''];

const rarely = (arbitrary: fc.Arbitrary<boolean>, freq = 12) =>
  fc.oneof({ weight: freq, arbitrary: fc.constant(false) }, { weight: 1, arbitrary });
const seldom = rarely(fc.constant(true));
const maybe = <T>(arbitrary: fc.Arbitrary<T>, freq = 3) => fc.option(arbitrary, { nil: undefined, freq });
const mostly = <T>(usual: T, other: T, weight: number): fc.Arbitrary<T> =>
  fc.oneof({ weight, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: fc.constant(other) });
const channel = fc.constantFrom(0, 0, 0, 1, 1, 2, 2, 3, TRANSACTIONAL);
const queue = fc.constantFrom(...QUEUES);
const exchange = fc.constantFrom(...EXCHANGES);
const key = fc.constantFrom(...KEYS);
const pick = fc.nat({ max: 4 });

/** How much time plays a part in a sequence: none; what is over at once; or what is over after a wait as well. */
type Clock = 'none' | 'timed';

const limits = (clock: Clock) =>
  fc.record({
    'x-max-length': maybe(fc.nat({ max: 3 }), 2),
    'x-max-length-bytes': maybe(fc.nat({ max: 12 }), 8),
    'x-overflow': maybe(fc.constantFrom('drop-head', 'reject-publish', 'reject-publish-dlx'), 2),
    'x-message-ttl': clock === 'timed' ? maybe(fc.constant(TTL_MS), 1) : maybe(fc.constantFrom(0, 600_000), 8),
    'x-expires': clock === 'timed' ? maybe(fc.constant(TTL_MS), 5) : maybe(fc.constant(600_000), 20),
    'x-max-priority': maybe(fc.nat({ max: 3 }), 4),
    'x-single-active-consumer': maybe(fc.boolean(), 4),
  });

const deadLetters = fc.oneof(
  { weight: 3, arbitrary: fc.constant({}) },
  {
    weight: 5,
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

const queueArguments = (clock: Clock): fc.Arbitrary<QueueArguments> =>
  fc.oneof(
    { weight: 1, arbitrary: fc.constant({}) },
    { weight: 5, arbitrary: fc.tuple(limits(clock), deadLetters).map(([some, others]) => ({ ...some, ...others })) },
  );

const declareQueueNamed = (named: fc.Arbitrary<string>, clock: Clock) =>
  fc.record({
    do: fc.constant('declare-queue' as const),
    channel,
    queue: named,
    durable: mostly(true, false, 8),
    autoDelete: seldom,
    exclusive: rarely(fc.constant(true), 25),
    args: queueArguments(clock),
  });

const declareExchangeNamed = (named: fc.Arbitrary<string>) =>
  fc.record({
    do: fc.constant('declare-exchange' as const),
    channel,
    exchange: named,
    type: fc.constantFrom('direct', 'topic', 'fanout', 'headers'),
    autoDelete: seldom,
    internal: seldom,
    alternate: maybe(exchange, 4),
  });

const bindingArguments = fc.constantFrom<Record<string, unknown>>(
  { h: 1 },
  { h: 2, 'x-match': 'any' },
  { h: 1, other: 'x', 'x-match': 'all' },
  { h: 3, 'x-h': 3, 'x-match': 'all-with-x' },
  { 'x-match': 'any-with-x', 'x-h': 1 },
  { 'x-match': 'none of these' },
);

const bind = fc.record({
  do: fc.constantFrom('bind' as const, 'bind' as const, 'bind' as const, 'unbind' as const),
  channel,
  to: fc.oneof({ weight: 4, arbitrary: queue }, { weight: 1, arbitrary: exchange }),
  exchange,
  key: fc.oneof(key, fc.constantFrom('#', '*', 'a.*', '#.b')),
  args: fc.oneof({ weight: 4, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: bindingArguments }),
});

const publishOptions = (clock: Clock) => ({
  channel,
  count: fc.integer({ min: 1, max: clock === 'timed' ? 2 : 4 }),
  mandatory: fc.boolean(),
  persistent: fc.boolean(),
  priority: maybe(fc.nat({ max: 4 })),
  expiration:
    clock === 'timed' ? maybe(fc.constant(String(TTL_MS)), 2) : maybe(fc.constantFrom('0', '600000', '0', 'soon'), 8),
  header: maybe(fc.nat({ max: 3 })),
  CC: maybe(fc.array(fc.oneof(queue, key), { maxLength: 2 }), 8),
  BCC: maybe(fc.array(fc.oneof(queue, key), { maxLength: 2 }), 8),
  asks: seldom,
  userId: maybe(mostly('guest', 'nobody', 2), 30),
});

const publish = (clock: Clock) =>
  fc.oneof(
    {
      weight: 3,
      arbitrary: fc.record({
        do: fc.constant('publish' as const),
        exchange: fc.constant(''),
        key: queue,
        ...publishOptions(clock),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ do: fc.constant('publish' as const), exchange, key, ...publishOptions(clock) }),
    },
  );

/** Most channels consume from one queue only: then the order of its deliveries and their tags are compared as well. */
const consume = fc
  .record({
    do: fc.constant('consume' as const),
    channel,
    noAck: rarely(fc.constant(true), 3),
    exclusive: seldom,
    priority: maybe(fc.integer({ min: -1, max: 2 }), 3),
    other: rarely(fc.constant(true), 3),
    queue,
  })
  .map(({ other, ...chosen }) => ({
    ...chosen,
    queue: other ? chosen.queue : (QUEUES[chosen.channel % QUEUES.length] as string),
  }));

/** What is rejected may go round for ever, which a clock makes a matter of chance. */
const requeue = (clock: Clock) => (clock === 'timed' ? fc.constant(true) : fc.boolean());

const operation = (clock: Clock): fc.Arbitrary<Operation> => {
  const one = <T extends object>(weight: number, fields: { [K in keyof T]: fc.Arbitrary<T[K]> }) => ({
    weight,
    arbitrary: fc.record({ channel, ...fields }) as unknown as fc.Arbitrary<Operation>,
  });
  const word = <T extends string>(...words: T[]) => fc.constantFrom(...words);
  return fc.oneof(
    { weight: 16, arbitrary: publish(clock) },
    { weight: 1, arbitrary: declareQueueNamed(queue, clock) },
    { weight: 1, arbitrary: declareExchangeNamed(exchange) },
    { weight: 2, arbitrary: bind },
    one(9, { do: word('get'), queue, noAck: fc.boolean() }),
    { weight: 6, arbitrary: consume },
    one(1, { do: word('consume-replies') }),
    one(1, { do: word('reply'), pick }),
    one(2, { do: word('cancel'), pick }),
    one(3, { do: word('prefetch'), count: fc.nat({ max: 3 }), global: seldom }),
    one(5, { do: word('ack'), pick, multiple: fc.boolean() }),
    one(5, { do: word('nack'), pick, multiple: fc.boolean(), requeue: requeue(clock) }),
    one(3, { do: word('reject'), pick, requeue: requeue(clock) }),
    one(1, { do: word('ack-unknown'), multiple: fc.boolean() }),
    one(2, { do: word('recover', 'close-channel') }),
    one(2, { do: word('commit', 'commit', 'rollback'), channel: fc.constant(TRANSACTIONAL) }),
    one(1, { do: word('close-connection', 'break-connection') }),
    one(2, { do: word('purge', 'check-queue'), queue }),
    one(1, { do: word('check-exchange'), exchange }),
    one(1, { do: word('delete-queue'), queue, ifUnused: fc.boolean(), ifEmpty: fc.boolean() }),
    one(1, { do: word('delete-exchange'), exchange, ifUnused: fc.boolean() }),
    ...(clock === 'timed' ? [one(5, { do: word('wait'), channel: fc.constant(0) })] : []),
  );
};

const always = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(arbitrary, { nil: undefined, freq: 9 });

/** Some topology first, so that most of what follows has something to act on. */
const sequence = (clock: Clock): fc.Arbitrary<Operation[]> =>
  fc
    .tuple(
      fc.tuple(...EXCHANGES.map((name) => always(declareExchangeNamed(fc.constant(name))))),
      fc.tuple(...QUEUES.map((name) => always(declareQueueNamed(fc.constant(name), clock)))),
      fc.array(bind, { minLength: 0, maxLength: 4, size: 'max' }),
      fc.array(fc.oneof(publish(clock), consume), { maxLength: 3, size: 'max' }),
      fc.array(operation(clock), { minLength: 1, maxLength: clock === 'timed' ? 10 : 30, size: 'max' }),
    )
    .map((parts): Operation[] => parts.flat().filter((each) => each !== undefined));

/** Sequences of operations; one in thirty waits for times to live. */
export const sequences: fc.Arbitrary<Operation[]> = fc.oneof(
  { weight: 29, arbitrary: sequence('none') },
  { weight: 1, arbitrary: sequence('timed') },
);
