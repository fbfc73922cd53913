import { createServer, type Server, type Socket } from 'node:net';
import type { ServingContext } from '../serving/context.js';
import { ClientConnection } from './client-connection.js';

/** What clients meet. */
export interface Front {
  /** Not listening yet. */
  readonly server: Server;
  /** Resolves when no connection is left, at the latest after so many milliseconds. */
  emptied(ms: number): Promise<void>;
  /** Closes the connections that wait for a request. */
  closeIdle(): void;
  cutAll(): void;
}

export function createFront(context: ServingContext): Front {
  const connections = new Set<ClientConnection>();
  const waiting = new Set<() => void>();
  const forget = (connection: ClientConnection) => {
    connections.delete(connection);
    if (connections.size === 0) for (const done of waiting) done();
  };
  const take = (socket: Socket) => void connections.add(new ClientConnection(socket, context, forget));
  return {
    // A client may close its side behind its request and still wait for the answer.
    server: createServer({ allowHalfOpen: true, noDelay: true }, take),
    emptied(ms) {
      if (connections.size === 0 || ms <= 0) return Promise.resolve();
      return new Promise((resolve) => {
        const done = () => {
          clearTimeout(timer);
          waiting.delete(done);
          resolve();
        };
        const timer = setTimeout(done, ms);
        waiting.add(done);
      });
    },
    closeIdle() {
      for (const connection of [...connections]) connection.closeIdle();
    },
    cutAll() {
      for (const connection of [...connections]) connection.cut();
    },
  };
}
