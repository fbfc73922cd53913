import { AmqpError } from '../errors.js';

/** What a call leads to. */
export interface Answer {
  readonly status: number;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly location?: string;
}

/** A call that is refused; `error` and `reason` are the members of the JSON body, as RabbitMQ names them. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly error: string;
  readonly reason: unknown;

  constructor(status: number, error: string, reason: unknown) {
    super(JSON.stringify(reason));
    this.status = status;
    this.error = error;
    this.reason = reason;
  }
}

export const found = (body: unknown): Answer => ({ status: 200, body });

export const CREATED: Answer = { status: 201 };

export const DONE: Answer = { status: 204 };

/** There is nothing of that name. */
export function absent(): ApiError {
  return new ApiError(404, 'Object Not Found', 'Not Found');
}

/** The answer for what a call threw; undefined for what is nobody's fault but the broker's. */
export function refusal(error: unknown): Answer | undefined {
  if (error instanceof ApiError) return { status: error.status, body: { error: error.error, reason: error.reason } };
  if (!(error instanceof AmqpError)) return undefined;
  const reason = error.message.slice(error.reply.length + ' - '.length);
  switch (error.reply) {
    case 'NOT_FOUND':
      return { status: 404, body: { error: 'not_found', reason } };
    case 'ACCESS_REFUSED':
      return { status: 401, body: { error: 'not_authorised', reason: 'Access refused.' } };
    default:
      return { status: 400, body: { error: 'bad_request', reason } };
  }
}
