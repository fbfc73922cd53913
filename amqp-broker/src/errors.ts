import type { MethodName } from './codec/method-spec.js';

/** The reply codes that the broker sends (AMQP 0-9-1 §1.2), by RabbitMQ's names. */
export const REPLY = {
  CONTENT_TOO_LARGE: 311,
  NO_ROUTE: 312,
  CONNECTION_FORCED: 320,
  ACCESS_REFUSED: 403,
  NOT_FOUND: 404,
  RESOURCE_LOCKED: 405,
  PRECONDITION_FAILED: 406,
  FRAME_ERROR: 501,
  SYNTAX_ERROR: 502,
  COMMAND_INVALID: 503,
  CHANNEL_ERROR: 504,
  UNEXPECTED_FRAME: 505,
  RESOURCE_ERROR: 506,
  NOT_ALLOWED: 530,
  NOT_IMPLEMENTED: 540,
  INTERNAL_ERROR: 541,
} as const;

export type ReplyName = keyof typeof REPLY;

/** An AMQP exception: it closes the channel or, for the hard codes, the whole connection. */
export class AmqpError extends Error {
  override readonly name = 'AmqpError';
  readonly reply: ReplyName;
  /** The method at fault, where it is not the one in the frame that brought the fault to light. */
  readonly during: MethodName | undefined;

  constructor(reply: ReplyName, text: string, during?: MethodName) {
    super(`${reply} - ${text}`);
    this.reply = reply;
    this.during = during;
  }

  get code(): number {
    return REPLY[this.reply];
  }

  /** Hard errors end the connection, soft errors only the channel (AMQP 0-9-1 §1.2). */
  get hard(): boolean {
    return this.code === REPLY.CONNECTION_FORCED || this.code >= 500;
  }
}

/**
 * A failure to start or run the broker itself. Codes: `BROKER_DATA_IN_USE` (another process owns the data directory),
 * `BROKER_DATA_UNREADABLE` (the journal is not one of this version), `BROKER_CREDENTIALS` (a public address with the default
 * user), `BROKER_LIMIT` (a limit out of its range), `BROKER_VHOST` (a name that no virtual host can have), `BROKER_ADDRESS` (the port or host cannot be bound).
 */
export class BrokerError extends Error {
  override readonly name = 'BrokerError';
  /** Stable, upper snake case. */
  readonly code: string;
  /** What the reader can do about it, one sentence. */
  readonly hint: string | undefined;

  constructor(code: string, message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
  }
}
