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
  /** One that has waited for longer is not recent. */
  readonly recentMs: number;
  /** Connections that may wait, for each origin. */
  readonly mostIdle: number;
  /** Whom those with https URLs must be vouched for by. */
  readonly authorities: Authorities;
  /** Told of each new connection. */
  readonly onOpened?: ((socket: UpstreamSocket) => void) | undefined;
}

/**
 * Which of the connections that wait will do. The upstream may be closing one at this moment, the more likely the longer it has waited:
 * those that are not recent are for requests that can be repeated.
 */
export type Reuse = 'any' | 'recent' | 'none';

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
    { reuse, switches, connectMs }: { reuse: Reuse; switches: boolean; connectMs: number | undefined },
  ): UpstreamConnection {
    const pool = this.#poolOf(origin);
    const waiting = switches ? undefined : pool.take(reuse);
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

  take(reuse: Reuse): UpstreamConnection | undefined {
    const latest = this.#idle.at(-1);
    if (reuse === 'none' || (reuse === 'recent' && latest?.isRecent === false)) return undefined;
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
