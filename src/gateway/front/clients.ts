import type { Socket } from 'node:net';
import type { ServingContext } from '../serving/context.js';
import { ClientConnection } from './client-connection.js';

/** A client's connection, whatever it speaks. */
export interface ServedConnection {
  /** Tells the client that no more requests will be taken soon, where its protocol has a word for that beside an answer. */
  announceEnd?(): void;
  /** Closes it where no request has begun. */
  closeIdle(): void;
  cut(): void;
}

/** What a connection is made of. */
export interface ConnectionOwner {
  context: ServingContext;
  onClosed: (connection: ServedConnection) => void;
}

/** The connections of all clients, by whatever listener they came. */
export class Clients {
  readonly #context: ServingContext;
  readonly #connections = new Set<ServedConnection>();
  readonly #waiting = new Set<() => void>();

  constructor(context: ServingContext) {
    this.#context = context;
  }

  /** Serves what comes by a socket, which must allow half-open connections: a client may close its side behind its request. */
  take(socket: Socket, protocol: 'http' | 'https'): void {
    const [context, onClosed] = [this.#context, this.#forget];
    // One of TLS was let in before its handshake, and the next is not waited for so long.
    if (protocol === 'http') context.turn.letIn();
    this.#connections.add(new ClientConnection(socket, { context, protocol, onClosed }));
  }

  /** Serves a connection of another protocol. */
  add(make: (owner: ConnectionOwner) => ServedConnection): void {
    this.#connections.add(make({ context: this.#context, onClosed: this.#forget }));
  }

  announceEnd(): void {
    for (const connection of this.#connections) connection.announceEnd?.();
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

  readonly #forget = (connection: ServedConnection): void => {
    this.#connections.delete(connection);
    if (this.#connections.size === 0) for (const done of [...this.#waiting]) done();
  };
}
