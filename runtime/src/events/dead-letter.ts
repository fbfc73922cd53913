import { MscliError } from '../errors.js';
import { ORIGINAL_ROUTING_KEY, routingKey } from './decode-event.js';
import type { IncomingMessage, OutgoingMessage } from './transport.js';

/** What a dead letter tells about its end. */
export interface Failure {
  readonly error: unknown;
  readonly attempts: number;
  readonly instanceId: string;
  /** Of the service's code. */
  readonly version: string | undefined;
  readonly now: Date;
}

const longestError = 2000;
const longestStack = 8000;

/**
 * The message as it goes to the dead-letter queue: its content and headers, and why it was given up in `x-error`,
 * `x-error-code`, `x-stack`, `x-attempts`, `x-service-version`, `x-instance`, `x-failed-at`.
 */
export function deadLetter(message: IncomingMessage, queue: string, id: string, failure: Failure): OutgoingMessage {
  const { error, attempts, instanceId, version, now } = failure;
  const known = error instanceof Error;
  const headers: Record<string, unknown> = {
    ...message.properties.headers,
    [ORIGINAL_ROUTING_KEY]: routingKey(message),
    'x-error': (known ? error.message : String(error)).slice(0, longestError),
    'x-attempts': attempts,
    'x-instance': instanceId,
    'x-failed-at': now.toISOString(),
  };
  if (known && error.stack) headers['x-stack'] = withCauses(error).slice(0, longestStack);
  if (error instanceof MscliError) headers['x-error-code'] = error.code;
  if (version !== undefined) headers['x-service-version'] = version;
  return {
    exchange: '',
    routingKey: queue,
    content: message.content,
    properties: {
      ...message.properties,
      messageId: Buffer.byteLength(id) <= 255 ? id : message.properties.messageId,
      headers,
    },
  };
}

/** Without the parts that may be too large for a frame. */
export function shortened(letter: OutgoingMessage): OutgoingMessage {
  const kept = Object.entries(letter.properties.headers ?? {}).filter(
    ([name, value]) => name !== 'x-stack' && (typeof value !== 'string' || value.length <= longestError),
  );
  const headers = Object.fromEntries(kept.filter(([, value]) => typeof value !== 'object'));
  return { ...letter, properties: { ...letter.properties, headers } };
}

function withCauses(error: Error): string {
  const stack = error.stack ?? String(error);
  return error.cause instanceof Error ? `${stack}\ncaused by ${withCauses(error.cause)}` : stack;
}
