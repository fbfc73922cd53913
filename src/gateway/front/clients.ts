import type { Socket } from 'node:net';
import type { ServingContext } from '../serving/context.js';
import { ClientConnection } from './client-connection.js';

/** The connections of all clients, by whatever listener they came. */
export class Clients {
  readonly #context: ServingContext;
  readonly #connections = new Set<ClientConnection>();
  readonly #waiting = new Set<() => void>();

  constructor(context: ServingContext) {
    this.#context = context;
  }

  /** Serves what comes by a socket, which must allow half-open connections: a client may close its side behind its request. */
  take(socket: Socket, protocol: 'http' | 'https'): void {
    const [context, onClosed] = [this.#context, this.#forget];
    this.#connections.add(new ClientConnection(socket, { context, protocol, onClosed }));
  }

  /** Resolves when no connection is left, at the latest after so many milliseconds. */
  emptied(ms: number): Promise<void> {
    if (this.#connections.size === 0 || ms <= 0) return Promise.resolve();
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.#waiting.delete(done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      this.#waiting.add(done);
    });
  }

  /** Closes those that wait for a request. */
  closeIdle(): void {
    for (const connection of [...this.#connections]) connection.closeIdle();
  }

  cutAll(): void {
    for (const connection of [...this.#connections]) connection.cut();
  }

  readonly #forget = (connection: ClientConnection): void => {
    this.#connections.delete(connection);
    if (this.#connections.size === 0) for (const done of [...this.#waiting]) done();
  };
}
