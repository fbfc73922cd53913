import type { ChildProcess } from 'node:child_process';

/** What a listener's connection is to node:cluster. */
interface Handle {
  close(): void;
}

/**
 * The connections that are on their way to a worker. The primary keeps its end of each until the worker says that it has taken
 * it. When the worker dies in between, node:cluster forgets the connection without closing it, and the client would wait for ever.
 */
export class HandedOver {
  /** Who has got a connection last: one that a worker gives back goes to another. */
  readonly #receivers = new WeakMap<Handle, ChildProcess>();

  /** Follows what is sent to a worker; gives what closes the connections that it has not taken. */
  watch(worker: ChildProcess): () => void {
    // node:cluster hands over one at a time of each listener.
    const latest = new Map<unknown, Handle>();
    const send = worker.send.bind(worker) as (message: unknown, ...rest: unknown[]) => boolean;
    worker.send = (message: unknown, ...rest: unknown[]) => {
      const [handle] = rest;
      if (isHandle(handle)) {
        latest.set((message as { key?: unknown }).key, handle);
        this.#receivers.set(handle, worker);
      }
      return send(message, ...rest);
    };
    return () => {
      // To close one that was taken does nothing, since it is closed here.
      for (const handle of latest.values()) if (this.#receivers.get(handle) === worker) handle.close();
    };
  }
}

function isHandle(value: unknown): value is Handle {
  return typeof value === 'object' && value !== null && 'close' in value && typeof value.close === 'function';
}
