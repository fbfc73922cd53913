import type { Connection } from '../connection/connection.js';
import type { Session } from '../connection/session.js';
import { type Answer, absent, DONE, found } from './answer.js';
import { type Api, type Call, hostOf, param } from './call.js';
import { toJson } from './fields.js';
import { NODE } from './node.js';
import { isMonitor } from './tags.js';
import { bytes, text } from './text.js';

/** What a client is told whose connection is closed without a reason. */
const CLOSED = 'Closed via management plugin';

/** A connection that is past its handshake. */
export interface OpenConnection {
  readonly connection: Connection;
  readonly session: Session;
}

export function listConnections(call: Call): Answer {
  const host = call.params.vhost === undefined ? undefined : hostOf(call);
  return found(
    visibleConnections(call)
      .filter(({ session }) => host === undefined || session.host === host)
      .map(view),
  );
}

/** Those of one user. */
export function connectionsOfUser(call: Call): Answer {
  return found(ofUser(call).map(view));
}

export function closeConnectionsOfUser(call: Call): Answer {
  for (const { connection } of ofUser(call)) connection.shutdown(call.reason ?? CLOSED);
  return DONE;
}

export function readConnection(call: Call): Answer {
  return found(view(connectionNamed(call)));
}

export function closeConnection(call: Call): Answer {
  connectionNamed(call).connection.shutdown(call.reason ?? CLOSED);
  return DONE;
}

/** What a call may see: without the tags for more, only its own user's. */
export function visibleConnections(call: Call): OpenConnection[] {
  const { api, user } = call;
  const all = openConnections(api);
  return isMonitor(call) ? all : all.filter(({ session }) => session.user === bytes(user));
}

export function openConnections({ connections }: Api): OpenConnection[] {
  return [...connections].flatMap((connection) => {
    const { session } = connection;
    return session === undefined ? [] : [{ connection, session }];
  });
}

export function connectionNamed(call: Call): OpenConnection {
  const open = visibleConnections(call).find(({ connection }) => nameOf(connection) === call.params.connection);
  if (open === undefined) throw absent();
  return open;
}

/** RabbitMQ names a connection by both its ends. */
export function nameOf({ socket }: Connection): string {
  return `${socket.remoteAddress}:${socket.remotePort} -> ${socket.localAddress}:${socket.localPort}`;
}

function ofUser(call: Call): OpenConnection[] {
  return visibleConnections(call).filter(({ session }) => session.user === param(call, 'user'));
}

function view({ connection, session }: OpenConnection): unknown {
  const { socket } = connection;
  const properties = toJson(session.clientProperties);
  const given = properties.connection_name;
  return {
    name: nameOf(connection),
    ...(given === undefined ? {} : { user_provided_name: given }),
    node: NODE,
    type: 'network',
    protocol: 'AMQP 0-9-1',
    state: 'running',
    vhost: text(session.host.name),
    user: text(session.user),
    user_who_performed_action: text(session.user),
    auth_mechanism: session.mechanism,
    connected_at: session.connectedAt,
    host: socket.localAddress,
    port: socket.localPort,
    peer_host: socket.remoteAddress,
    peer_port: socket.remotePort,
    ssl: false,
    channels: session.channels.size,
    channel_max: session.limits.channelMax,
    frame_max: session.limits.frameMax,
    timeout: session.limits.heartbeat,
    recv_oct: socket.bytesRead,
    send_oct: socket.bytesWritten,
    client_properties: properties,
  };
}
