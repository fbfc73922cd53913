import type { Users } from './connection/authenticate.js';
import { listen } from './connection/listen.js';
import { BrokerError } from './errors.js';
import { type Log, silent } from './log.js';
import { type BrokerStats, queueStats } from './stats.js';
import { NO_JOURNAL } from './store/journal.js';
import { VirtualHost } from './virtual-host.js';

/** How a broker listens and where it keeps its messages. */
export interface BrokerOptions {
  /** TCP port; 0 takes a free one. Default 5672. */
  port?: number;
  /** Address to listen on. Default 127.0.0.1; any other than loopback demands `users` without guest/guest. */
  host?: string;
  /** Folder for durable queues and persistent messages; without one everything is kept in memory only. One process owns it at a time. */
  dataDir?: string;
  /** Passwords by user name. Default `{ guest: 'guest' }`. */
  users?: Record<string, string>;
  /** Takes the broker's log lines. Default: none are made. */
  log?: Log;
}

/** A running broker. */
export interface BrokerHandle extends AsyncDisposable {
  /** The port it listens on. */
  readonly port: number;
  /** An `amqp://` URL with the first user's credentials. */
  readonly url: string;
  /** What it holds now. */
  stats(): BrokerStats;
  /** Closes all connections (reply code 320), writes what is left to write and frees port and data folder. */
  stop(): Promise<void>;
}

/**
 * A single-node AMQP 0-9-1 broker inside this process, for development and tests.
 *
 * @example
 * const broker = await new Broker({ port: 0 }).start();
 * const connection = await amqplib.connect(broker.url);
 * await broker.stop();
 */
export class Broker {
  private readonly options: BrokerOptions;

  constructor(options: BrokerOptions = {}) {
    this.options = options;
  }

  /**
   * Restores what the data folder holds and listens.
   *
   * @throws {BrokerError} `BROKER_DATA_IN_USE`, `BROKER_DATA_UNREADABLE`, `BROKER_CREDENTIALS` or `BROKER_ADDRESS`.
   */
  async start(): Promise<BrokerHandle> {
    const { port = 5672, host = '127.0.0.1', users = { guest: 'guest' }, log = silent } = this.options;
    requireOwnCredentials(host, users);
    const journal = NO_JOURNAL;
    const virtualHost = new VirtualHost(journal);
    const listener = await listen({ port, host, users, virtualHost, log });
    const stop = async () => {
      await listener.stop();
      for (const queue of virtualHost.queues.values()) queue.close();
      await journal.close();
    };
    return {
      port: listener.port,
      url: urlOf(users, host, listener.port),
      stats: () => ({
        connections: listener.connections.size,
        channels: [...listener.connections].reduce((sum, connection) => sum + connection.channels, 0),
        exchanges: virtualHost.exchanges.size,
        queues: [...virtualHost.queues.values()].map(queueStats),
        journalBytes: journal.size,
      }),
      stop,
      [Symbol.asyncDispose]: stop,
    };
  }
}

function requireOwnCredentials(host: string, users: Users): void {
  if (isLoopback(host) || users.guest !== 'guest') return;
  throw new BrokerError('BROKER_CREDENTIALS', `The broker would accept guest/guest on the public address ${host}.`, {
    hint: 'Pass `users` with a name and a password of your own.',
  });
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.');
}

function urlOf(users: Users, host: string, port: number): string {
  const [[user, password] = ['guest', 'guest']] = Object.entries(users);
  const address = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  const bracketed = address.includes(':') ? `[${address}]` : address;
  return `amqp://${encodeURIComponent(user)}:${encodeURIComponent(password)}@${bracketed}:${port}`;
}
