import type { Subscriber } from '../channel/deliveries.js';
import type { Queue } from '../queue/queue.js';
import { type Answer, found } from './answer.js';
import { type Call, hostOf } from './call.js';
import { channelDetails } from './channels.js';
import { visibleConnections } from './connections.js';
import { text } from './text.js';

export function listConsumers(call: Call): Answer {
  const host = call.params.vhost === undefined ? undefined : hostOf(call);
  return found(consumersOf(call, ({ queue, vhost }) => queue !== undefined && (host?.name ?? vhost) === vhost));
}

/** The consumers that pass, as RabbitMQ shows them. */
export function consumersOf(call: Call, passes: (consumer: { queue: Queue; vhost: string }) => boolean): unknown[] {
  return visibleConnections(call).flatMap((open) => {
    const vhost = open.session.host.name;
    return [...open.session.channels.values()].flatMap((channel) =>
      [...channel.subscriptions.values()]
        .filter(({ queue }) => passes({ queue, vhost }))
        .map((consumer) => ({ ...view(consumer, vhost), channel_details: channelDetails(open, channel.number) })),
    );
  });
}

function view({ tag, queue, noAck, exclusive, prefetch }: Subscriber, vhost: string) {
  return {
    consumer_tag: text(tag),
    queue: { name: text(queue.name), vhost: text(vhost) },
    ack_required: !noAck,
    exclusive,
    prefetch_count: prefetch,
  };
}
