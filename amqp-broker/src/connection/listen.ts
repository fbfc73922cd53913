import { createServer, type Server } from 'node:net';
import { AmqpError } from '../errors.js';
import type { BrokerLimits } from '../limits.js';
import type { Log } from '../log.js';
import type { VirtualHosts } from '../virtual-hosts.js';
import type { Accounts } from './accounts.js';
import { Connection } from './connection.js';
import { unbound } from './unbound.js';

/** How long clients may take to close when the broker stops. */
const STOP_MS = 500;
/** How often it looks for deliveries that are not settled in time (RabbitMQ's `channel_tick_interval`). */
const TICK_MS = 60_000;
/** Sockets beyond the limit of connections that are heard out, so that they can be told why they are refused. */
const REFUSABLE = 100;

export interface ListenOptions {
  port: number;
  host: string;
  users: Accounts;
  hosts: Pick<VirtualHosts, 'get'>;
  limits: BrokerLimits;
  log: Log;
}

export interface Listener {
  readonly port: number;
  readonly connections: ReadonlySet<Connection>;
  stop(): Promise<void>;
}

/** Accepts connections until it is stopped. */
export async function listen({ port, host, users, hosts, limits, log }: ListenOptions): Promise<Listener> {
  const connections = new Set<Connection>();
  const server = createServer((socket) => {
    connections.add(
      new Connection(socket, {
        hosts,
        users,
        limits,
        log,
        admit: () => admit(connections.size, limits.connections),
        onClosed: (connection) => void connections.delete(connection),
      }),
    );
  });
  const ticks = setInterval(
    () => {
      for (const connection of connections) connection.closeLateChannels();
    },
    Math.min(limits.acknowledgementMs, TICK_MS),
  );
  ticks.unref();
  server.maxConnections = limits.connections + REFUSABLE;
  await bound(server, port, host);
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    connections,
    async stop() {
      clearInterval(ticks);
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const connection of connections)
        connection.shutdown('broker forced connection closure with reason shutdown');
      const late = setTimeout(() => {
        for (const connection of connections) connection.destroy();
      }, STOP_MS);
      await closed;
      clearTimeout(late);
    },
  };
}

function bound(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      reject(unbound('The broker', `${host}:${port}`, 'address, another port, or port 0 for a free one', cause));
    });
    server.listen(port, host, () => {
      server.removeAllListeners('error');
      resolve();
    });
  });
}

/** Those on their way in are counted too: they have the sockets. */
function admit(count: number, most: number): void {
  if (count <= most) return;
  throw new AmqpError('NOT_ALLOWED', `connection refused: node connection limit (${most}) is reached`);
}
