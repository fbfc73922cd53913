import { type Field, type FieldTable, integerOf } from '../codec/field.js';
import { AmqpError } from '../errors.js';

export type Overflow = 'drop-head' | 'reject-publish' | 'reject-publish-dlx';

/** What the arguments of a queue ask for. Times in milliseconds; undefined where there is no limit. */
export interface QueuePolicy {
  readonly messageTtlMs: number | undefined;
  readonly expiresMs: number | undefined;
  readonly maxLength: number | undefined;
  readonly maxLengthBytes: number | undefined;
  /** The highest priority that messages can have; undefined for a queue without priorities. */
  readonly maxPriority: number | undefined;
  readonly overflow: Overflow;
  readonly deadLetterExchange: string | undefined;
  readonly deadLetterRoutingKey: string | undefined;
  readonly singleActiveConsumer: boolean;
  /** How long a delivery may stay unsettled; undefined for the broker's own limit. */
  readonly consumerTimeoutMs: number | undefined;
  readonly quorum: boolean;
  /** How often a quorum queue gives a message back before it is dead-lettered. */
  readonly deliveryLimit: number | undefined;
}

/** The limit of quorum queues that set none (RabbitMQ 4.0). */
const QUORUM_DELIVERY_LIMIT = 20;

type Check = (field: Field, args: FieldTable) => string | undefined;

const LEADER_LOCATORS = ['client-local', 'balanced', 'random', 'least-leaders'];

/** In the order in which RabbitMQ checks and compares them, since the first fault is the one that clients hear of. */
const CHECKS: Readonly<Record<string, Check>> = {
  'x-expires': (field) => duration(field) ?? (integerOf(field) === 0 ? '{value_zero,0}' : undefined),
  'x-message-ttl': duration,
  'x-dead-letter-exchange': () => undefined,
  'x-dead-letter-routing-key': (field, args) =>
    text(field) ?? (args.has('x-dead-letter-exchange') ? undefined : 'routing_key_but_no_dlx_defined'),
  'x-dead-letter-strategy': strategy,
  'x-max-length': natural,
  'x-max-length-bytes': natural,
  // RabbitMQ has taken these two without any effect since quorum queues keep their messages on disk (3.10).
  'x-max-in-memory-length': natural,
  'x-max-in-memory-bytes': natural,
  'x-max-priority': priority,
  'x-overflow': oneOf(['drop-head', 'reject-publish', 'reject-publish-dlx'], () => 'invalid_overflow'),
  'x-queue-mode': oneOf(['default', 'lazy'], (mode) => `"unsupported queue mode '${mode}'"`),
  'x-queue-version': version,
  'x-single-active-consumer': (field) => (field.type === 'bool' ? undefined : unacceptable(field)),
  'x-queue-type': text,
  // On a single node there is one member, whatever it says.
  'x-quorum-initial-group-size': (field) => natural(field) ?? (integerOf(field) === 0 ? '{value_zero,0}' : undefined),
  // As RabbitMQ 4, where a negative limit is none; 3.10 takes anything.
  'x-delivery-limit': (field) => (integerOf(field) === undefined ? notInteger(field) : undefined),
  'x-queue-master-locator': text,
  // As RabbitMQ 4, where classic queues take it as well; on a single node any of them is honoured.
  'x-queue-leader-locator': oneOf(LEADER_LOCATORS, () => 'invalid_queue_locator_arg'),
  // As RabbitMQ 4; 3.10 does not know it.
  'x-consumer-timeout': natural,
};

/** Arguments that RabbitMQ refuses for the type of queue. */
const REFUSED_BY_TYPE: Readonly<Record<'classic' | 'quorum', readonly string[]>> = {
  classic: [
    'x-delivery-limit',
    'x-max-age',
    'x-stream-max-segment-size-bytes',
    'x-initial-cluster-size',
    'x-quorum-initial-group-size',
    'x-max-in-memory-length',
    'x-max-in-memory-bytes',
    'x-dead-letter-strategy',
  ],
  quorum: [
    'x-max-priority',
    'x-queue-mode',
    'x-queue-version',
    'x-queue-master-locator',
    'x-max-age',
    'x-stream-max-segment-size-bytes',
    'x-initial-cluster-size',
  ],
};

/** The arguments that a redeclaration must repeat. */
export const POLICY_ARGUMENTS: readonly string[] = Object.keys(CHECKS);

/** Reads and checks the arguments of a declaration; `resource` names the queue in errors. */
export function readPolicy(args: FieldTable, resource: string): QueuePolicy {
  checkDeadLetterExchange(args, resource);
  const type = queueType(args, resource);
  refuseUnsupported(args, type, resource);
  checkArguments(args, resource);
  const deadLetterExchange = textOf(args, 'x-dead-letter-exchange');
  const deadLetterRoutingKey = textOf(args, 'x-dead-letter-routing-key');
  const quorum = type === 'quorum';
  return {
    messageTtlMs: integerOf(args.get('x-message-ttl')),
    expiresMs: integerOf(args.get('x-expires')),
    maxLength: integerOf(args.get('x-max-length')),
    maxLengthBytes: integerOf(args.get('x-max-length-bytes')),
    maxPriority: integerOf(args.get('x-max-priority')),
    overflow: (textOf(args, 'x-overflow') ?? 'drop-head') as Overflow,
    deadLetterExchange,
    deadLetterRoutingKey,
    singleActiveConsumer: args.get('x-single-active-consumer')?.value === true,
    consumerTimeoutMs: integerOf(args.get('x-consumer-timeout')),
    quorum,
    deliveryLimit: quorum ? deliveryLimitOf(args) : undefined,
  };
}

/** Whether so many waiting messages, or so many bytes of them, are more than the queue may hold. */
export function exceeds({ maxLength, maxLengthBytes }: QueuePolicy, length: number, bytes: number): boolean {
  return (maxLength !== undefined && length > maxLength) || (maxLengthBytes !== undefined && bytes > maxLengthBytes);
}

function queueType(args: FieldTable, resource: string): 'classic' | 'quorum' {
  const field = args.get('x-queue-type');
  if (field !== undefined && field.type !== 'longstr') throw invalid('x-queue-type', resource, unacceptable(field));
  const type = field?.value ?? 'classic';
  if (type === 'classic' || type === 'quorum') return type;
  if (type === 'stream') throw new AmqpError('NOT_IMPLEMENTED', "queue type 'stream' is not supported by this broker");
  throw invalid('x-queue-type', resource, `"unsupported queue type '${type}'"`);
}

function refuseUnsupported(args: FieldTable, type: 'classic' | 'quorum', resource: string): void {
  for (const name of args.keys()) {
    if (REFUSED_BY_TYPE[type].includes(name)) {
      throw new AmqpError(
        'PRECONDITION_FAILED',
        `invalid arg '${name}' for ${resource} of queue type rabbit_${type}_queue`,
      );
    }
  }
}

function checkDeadLetterExchange(args: FieldTable, resource: string): void {
  const exchange = args.get('x-dead-letter-exchange');
  if (exchange !== undefined && exchange.type !== 'longstr') {
    throw new AmqpError(
      'PRECONDITION_FAILED',
      `invalid type '${exchange.type}' for arg 'x-dead-letter-exchange' in ${resource}`,
    );
  }
}

function checkArguments(args: FieldTable, resource: string): void {
  for (const [name, check] of Object.entries(CHECKS)) {
    const field = args.get(name);
    const fault = field === undefined ? undefined : check(field, args);
    if (fault !== undefined) throw invalid(name, resource, fault);
  }
}

function invalid(name: string, resource: string, fault: string): AmqpError {
  return new AmqpError('PRECONDITION_FAILED', `invalid arg '${name}' for ${resource}: ${fault}`);
}

function natural(field: Field): string | undefined {
  const value = integerOf(field);
  if (value === undefined) return notInteger(field);
  return value < 0 ? `{value_negative,${value}}` : undefined;
}

/** Milliseconds that fit Erlang's timers. */
function duration(field: Field): string | undefined {
  const value = integerOf(field) ?? 0;
  return natural(field) ?? (value > 0xffff_ffff ? `{value_too_large,${value}}` : undefined);
}

function version(field: Field): string | undefined {
  const value = integerOf(field);
  return natural(field) ?? (value === 1 || value === 2 ? undefined : `"unsupported queue version '${value}'"`);
}

function deliveryLimitOf(args: FieldTable): number | undefined {
  const limit = integerOf(args.get('x-delivery-limit')) ?? QUORUM_DELIVERY_LIMIT;
  return limit < 0 ? undefined : limit;
}

function priority(field: Field): string | undefined {
  const value = integerOf(field) ?? 0;
  return natural(field) ?? (value > 255 ? `{max_value_exceeded,${value}}` : undefined);
}

function text(field: Field): string | undefined {
  return field.type === 'longstr' ? undefined : unacceptable(field);
}

function oneOf(values: readonly string[], fault: (value: string) => string): Check {
  return (field) => {
    if (field.type !== 'longstr') return unacceptable(field);
    return values.includes(field.value) ? undefined : fault(field.value);
  };
}

/** With at-least-once RabbitMQ keeps dead letters that reach no queue, which this broker does not: refused, never ignored. */
function strategy(field: Field): string | undefined {
  const known = oneOf(['at-most-once', 'at-least-once'], () => 'invalid_dlx_strategy')(field, new Map());
  return known ?? (field.value === 'at-least-once' ? '"at-least-once is not supported by this broker"' : undefined);
}

function notInteger(field: Field): string {
  return `"expected integer, got ${field.type}"`;
}

function unacceptable(field: Field): string {
  return `{unacceptable_type,${field.type}}`;
}

function textOf(args: FieldTable, name: string): string | undefined {
  const field = args.get(name);
  return field?.type === 'longstr' ? field.value : undefined;
}
