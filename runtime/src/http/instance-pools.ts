import { createRequire } from 'node:module';
import type { Dispatcher } from 'undici';
import { resolve } from '../discovery/resolve.js';
import type { Discovery, DiscoveryView, Instance } from '../discovery/types.js';

const connectionsPerInstance = 64;

/** Connections to the instances in the discovery file, made at the first call and closed when the instance is gone. */
export class InstancePools implements AsyncDisposable {
  readonly #discovery: DiscoveryView;
  readonly #connect: (origin: string) => Dispatcher;
  readonly #pools = new Map<string, Dispatcher>();
  readonly #turns = new Map<string, number>();
  readonly #closing = new Set<Promise<void>>();
  readonly #subscription: Disposable;

  constructor(discovery: DiscoveryView, connect: (origin: string) => Dispatcher = openPool) {
    this.#discovery = discovery;
    this.#connect = connect;
    this.#subscription = discovery.subscribe((snapshot) => this.#closeGone(snapshot));
  }

  /** The instance whose turn it is, or undefined when none may be called. */
  next(service: string): Instance | undefined {
    const instances = resolve(this.#discovery.snapshot, service);
    const turn = this.#turns.get(service) ?? 0;
    this.#turns.set(service, turn + 1);
    return instances[turn % instances.length];
  }

  /** The connections to an instance. */
  to(instance: Instance): Dispatcher {
    const known = this.#pools.get(instance.url);
    if (known !== undefined) return known;
    const pool = this.#connect(new URL(instance.url).origin);
    this.#pools.set(instance.url, pool);
    return pool;
  }

  /** Closes all connections, after the calls under way. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#subscription[Symbol.dispose]();
    for (const url of [...this.#pools.keys()]) this.#close(url);
    await Promise.all(this.#closing);
  }

  #closeGone({ instances }: Readonly<Discovery>): void {
    const known = new Set(Object.values(instances).map(({ url }) => url));
    for (const url of [...this.#pools.keys()]) if (!known.has(url)) this.#close(url);
  }

  #close(url: string): void {
    const pool = this.#pools.get(url);
    this.#pools.delete(url);
    if (pool === undefined) return;
    const closing = pool.close().catch(() => {});
    this.#closing.add(closing);
    void closing.finally(() => this.#closing.delete(closing));
  }
}

function openPool(origin: string): Dispatcher {
  // Loaded at the first call: it would take a fifth of the start of a service, and many never call anyone.
  const { Pool } = createRequire(import.meta.url)('undici') as typeof import('undici');
  // The call's own deadline is the only clock.
  return new Pool(origin, { connections: connectionsPerInstance, headersTimeout: 0, bodyTimeout: 0 });
}
