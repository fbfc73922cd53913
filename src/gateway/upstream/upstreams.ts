import type { HeadLimits } from '../http1/head-reader.js';
import { MOST_READ } from '../http1/write-buffers.js';
import type { Ticker } from '../timing/ticker.js';
import type { Turn } from '../timing/turn.js';
import type { Origin } from './origin.js';
import { openSecureSocket } from './secure-socket.js';
import type { Authorities } from './trusted-authorities.js';
import { type Keeper, UpstreamConnection } from './upstream-connection.js';
import type { UpstreamEvents } from './upstream-events.js';
import { PlainSocket, type UpstreamSocket } from './upstream-socket.js';

export interface UpstreamsOptions {
  readonly head: HeadLimits;
  readonly ticker: Ticker;
  readonly turn: Turn;
  readonly connectMs: number;
  /** Of a connection that waits. */
  readonly idleMs: number;
  /** Connections that may wait, for each origin. */
  readonly mostIdle: number;
  /** Whom those with https URLs must be vouched for by. */
  readonly authorities: Authorities;
  /** Told of each new connection. */
  readonly onOpened?: ((socket: UpstreamSocket) => void) | undefined;
}

/** The connections to the upstreams. Those that wait are taken again, the latest first, so that the others can grow old. */
export class Upstreams implements Disposable {
  readonly #options: UpstreamsOptions;
  readonly #pools = new Map<string, Pool>();
  /** Where all plain ones read to, one after the other: a new buffer for each read would stay empty for the most part. */
  readonly #buffer = Buffer.allocUnsafeSlow(MOST_READ);

  constructor(options: UpstreamsOptions) {
    this.#options = options;
  }

  /** A connection for one request: one that waits, or a new one that tells when it stands. One that may become a tunnel is always new. */
  ask(
    origin: Origin,
    events: UpstreamEvents,
    { fresh, switches, connectMs }: { fresh: boolean; switches: boolean; connectMs: number | undefined },
  ): UpstreamConnection {
    const pool = this.#poolOf(origin);
    const waiting = fresh || switches ? undefined : pool.take();
    waiting?.reuse(events);
    return waiting ?? new UpstreamConnection(this.#open(origin, switches), events, pool, { switches, connectMs });
  }

  /** How many wait for a request. */
  get idle(): number {
    return [...this.#pools.values()].reduce((sum, { idle }) => sum + idle, 0);
  }

  /** Closes those that wait; the others close when their answer is complete. */
  [Symbol.dispose](): void {
    for (const pool of this.#pools.values()) pool.close();
  }

  #open(origin: Origin, switches: boolean): UpstreamSocket {
    const { host, port, isSecure } = origin;
    const socket: UpstreamSocket = isSecure
      ? openSecureSocket(origin, this.#options.authorities)
      : new PlainSocket(switches ? undefined : this.#buffer).setNoDelay(true).connect({ host, port });
    this.#options.onOpened?.(socket);
    return socket;
  }

  #poolOf({ key }: Origin): Pool {
    let pool = this.#pools.get(key);
    if (pool === undefined) {
      pool = new Pool(this.#options);
      this.#pools.set(key, pool);
    }
    return pool;
  }
}

class Pool implements Keeper {
  readonly #idle: UpstreamConnection[] = [];
  #isClosed = false;

  constructor(readonly options: UpstreamsOptions) {}

  get idle(): number {
    return this.#idle.length;
  }

  take(): UpstreamConnection | undefined {
    return this.#idle.pop();
  }

  keep(connection: UpstreamConnection): void {
    if (this.#isClosed || this.#idle.push(connection) > this.options.mostIdle) connection.cut();
  }

  forget(connection: UpstreamConnection): void {
    const place = this.#idle.lastIndexOf(connection);
    if (place !== -1) this.#idle.splice(place, 1);
  }

  close(): void {
    this.#isClosed = true;
    for (const connection of [...this.#idle]) connection.cut();
  }
}
