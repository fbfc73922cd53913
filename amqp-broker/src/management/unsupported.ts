import { type Answer, ApiError, absent, found } from './answer.js';

/** There are none of them. */
export function none(): Answer {
  return found([]);
}

/** There is none of that name. */
export function nowhere(): never {
  throw absent();
}

/** What RabbitMQ could keep and this broker would not obey. */
export function unsupported(what: string): () => never {
  return () => {
    throw new ApiError(400, 'bad_request', `this broker has no ${what}`);
  };
}
