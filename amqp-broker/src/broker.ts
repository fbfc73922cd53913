import { Accounts } from './connection/accounts.js';
import { listen } from './connection/listen.js';
import { isLoopback } from './connection/loopback.js';
import type { Counters } from './counters.js';
import { BrokerError } from './errors.js';
import { type BrokerLimits, limitsOf } from './limits.js';
import { type Log, silent } from './log.js';
import type { Management, ManagementOptions } from './management/serve.js';
import { Rates } from './rates.js';
import { type BrokerStats, statsOf } from './stats.js';
import { type Files, REAL_FILES } from './store/files.js';
import { VirtualHosts } from './virtual-hosts.js';

/** How a broker listens and where it keeps its messages. */
export interface BrokerOptions {
  /** TCP port; 0 takes a free one. Default 5672. */
  port?: number;
  /** Address to listen on. Default 127.0.0.1; any other than loopback demands `users` without guest/guest. */
  host?: string;
  /** Folder for durable queues and persistent messages; without one everything is kept in memory only. One process owns it at a time. */
  dataDir?: string;
  /** Loopback port of the management HTTP API; 0 takes a free one. Default: the API is not served. */
  managementPort?: number;
  /** Passwords by user name. Default `{ guest: 'guest' }`. */
  users?: Record<string, string>;
  /** Names of virtual hosts that are to be there besides `/`; with a data folder they stay. Default: none. */
  vhosts?: readonly string[];
  /** How much it gives its clients; see {@link BrokerLimits} for the defaults. */
  limits?: Partial<BrokerLimits>;
  /** Takes the broker's log lines. Default: none are made. */
  log?: Log;
}

/** A running broker. */
export interface BrokerHandle extends AsyncDisposable {
  /** The port it listens on. */
  readonly port: number;
  /** The port of the management HTTP API; undefined when it is not served. */
  readonly managementPort: number | undefined;
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
  private readonly files: Files;

  /** `files` is the file system for its journal; tests pass one that fails. */
  constructor(options: BrokerOptions = {}, files: Files = REAL_FILES) {
    this.options = options;
    this.files = files;
  }

  /**
   * Restores what the data folder holds and listens.
   *
   * @throws {BrokerError} `BROKER_DATA_IN_USE`, `BROKER_DATA_UNREADABLE`, `BROKER_CREDENTIALS`, `BROKER_LIMIT`, `BROKER_VHOST` or `BROKER_ADDRESS`.
   */
  async start(): Promise<BrokerHandle> {
    const { port = 5672, host = '127.0.0.1', users = { guest: 'guest' }, log = silent, dataDir } = this.options;
    requireCredentials(host, users);
    const accounts = new Accounts(users);
    const limits = limitsOf(this.options.limits);
    const names = (this.options.vhosts ?? []).map((name) => Buffer.from(name).toString('latin1'));
    const hosts = await VirtualHosts.open({ folder: dataDir, names, limits, log, files: this.files });
    const listener = await listen({ port, host, users: accounts, hosts, limits, log }).catch(async (error) => {
      await hosts.close();
      throw error;
    });
    const rates = new Rates({ counters: () => countersOf(hosts) });
    const management = await this.serveManagement(
      { hosts, users: accounts, connections: listener.connections, rates, log },
      listener.port,
    ).catch(async (error) => {
      rates[Symbol.dispose]();
      await listener.stop();
      await hosts.close();
      throw error;
    });
    let stopped: Promise<void> | undefined;
    const stop = () => {
      rates[Symbol.dispose]();
      stopped ??= Promise.all([management?.stop(), listener.stop()]).then(() => hosts.close());
      return stopped;
    };
    return {
      port: listener.port,
      managementPort: management?.port,
      url: urlOf(users, host, listener.port),
      stats: () => statsOf(hosts, listener, rates),
      stop,
      [Symbol.asyncDispose]: stop,
    };
  }

  private async serveManagement(
    parts: Pick<ManagementOptions, 'hosts' | 'users' | 'connections' | 'rates' | 'log'>,
    amqpPort: number,
  ): Promise<Management | undefined> {
    const { managementPort: port } = this.options;
    if (port === undefined) return undefined;
    // Loaded only here: a fifth of the time to start is the loading of its modules.
    const { serveManagement } = await import('./management/serve.js');
    return serveManagement({ ...parts, port, amqpPort });
  }
}

function* countersOf({ all }: VirtualHosts): Generator<Counters> {
  for (const { counters, queues } of all) {
    yield counters;
    for (const queue of queues.values()) yield queue.counters;
  }
}

function requireCredentials(host: string, users: Readonly<Record<string, string>>): void {
  const open = Object.entries(users).find(([, password]) => password === '');
  if (open !== undefined) {
    throw new BrokerError('BROKER_CREDENTIALS', `The user ${JSON.stringify(open[0])} has an empty password.`, {
      hint: 'As with RabbitMQ, nobody can log in with one.',
    });
  }
  if (isLoopback(host) || users.guest !== 'guest') return;
  throw new BrokerError('BROKER_CREDENTIALS', `The broker would accept guest/guest on the public address ${host}.`, {
    hint: 'Pass `users` (--user and --password) with a name and a password of your own.',
  });
}

function urlOf(users: Readonly<Record<string, string>>, host: string, port: number): string {
  const [[user, password] = ['guest', 'guest']] = Object.entries(users);
  const address = ['', '0.0.0.0', '::'].includes(host) ? '127.0.0.1' : host;
  const bracketed = address.includes(':') ? `[${address}]` : address;
  return `amqp://${encodeURIComponent(user)}:${encodeURIComponent(password)}@${bracketed}:${port}`;
}
