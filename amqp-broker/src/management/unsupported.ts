import { type Answer, ApiError, absent, found } from './answer.js';
import { anyHostOf, type Call } from './call.js';

/** There are none of them, in the virtual host in the path either. */
export function none(call: Call): Answer {
  if (call.params.vhost !== undefined) anyHostOf(call);
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
