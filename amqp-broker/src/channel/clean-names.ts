import type { Method } from '../codec/method-spec.js';
import type { ChannelContext } from './context.js';

type Named = 'queue' | 'exchange' | 'source' | 'destination';

const LINE_BREAK = /[\r\n]/g;

/** A handler that sees those names without line breaks: RabbitMQ drops them where names are declared, bound and deleted, and nowhere else. */
export function withCleanNames<Received extends Method>(
  names: readonly (Named & keyof Received)[],
  handle: (channel: ChannelContext, method: Received) => void,
): (channel: ChannelContext, method: Received) => void {
  return (channel, method) => {
    const clean = names.map((name) => [name, String(method[name]).replace(LINE_BREAK, '')]);
    handle(channel, { ...method, ...Object.fromEntries(clean) });
  };
}
