import type { Channel } from '../channel/channel.js';
import { type Answer, absent, found } from './answer.js';
import type { Call } from './call.js';
import { connectionNamed, nameOf, type OpenConnection, visibleConnections } from './connections.js';
import { NODE } from './node.js';
import { text } from './text.js';

export function listChannels(call: Call): Answer {
  const connections = call.params.connection === undefined ? visibleConnections(call) : [connectionNamed(call)];
  return found(connections.flatMap(views));
}

export function readChannel(call: Call): Answer {
  const channel = visibleConnections(call)
    .flatMap(views)
    .find(({ name }) => name === call.params.channel);
  if (channel === undefined) throw absent();
  return found(channel);
}

/** Which channel, in the words of the other resources. */
export function channelDetails({ connection, session }: OpenConnection, number: number): unknown {
  const name = nameOf(connection);
  return {
    ...endOf(connection),
    name: `${name} (${number})`,
    connection_name: name,
    number,
    node: NODE,
    user: text(session.user),
  };
}

function views(open: OpenConnection): { name: string }[] {
  return [...open.session.channels.values()].map((channel) => view(open, channel));
}

function view({ connection, session }: OpenConnection, channel: Channel) {
  const name = nameOf(connection);
  return {
    name: `${name} (${channel.number})`,
    number: channel.number,
    node: NODE,
    state: channel.open ? 'running' : 'closing',
    vhost: text(session.host.name),
    user: text(session.user),
    user_who_performed_action: text(session.user),
    connection_details: { name, ...endOf(connection) },
    confirm: channel.confirms !== undefined,
    transactional: channel.transaction !== undefined,
    consumer_count: channel.subscriptions.size,
    messages_unacknowledged: channel.deliveries.size,
    messages_unconfirmed: channel.confirms?.unconfirmed ?? 0,
    messages_uncommitted: channel.transaction?.uncommitted.messages ?? 0,
    acks_uncommitted: channel.transaction?.uncommitted.acks ?? 0,
    prefetch_count: channel.consumerPrefetch,
    global_prefetch_count: channel.deliveries.window,
  };
}

function endOf({ socket }: OpenConnection['connection']): unknown & object {
  return { peer_host: socket.remoteAddress, peer_port: socket.remotePort };
}
