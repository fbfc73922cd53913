import { createServer, type Server, type Socket } from 'node:net';
import type { ServingContext } from '../serving/context.js';
import { ClientConnection } from './client-connection.js';

/** What clients meet. */
export interface Front {
  /** Not listening yet. */
  readonly server: Server;
  /** Closes the connections that wait for a request. */
  closeIdle(): void;
  cutAll(): void;
}

export function createFront(context: ServingContext): Front {
  const connections = new Set<ClientConnection>();
  const forget = (connection: ClientConnection) => void connections.delete(connection);
  const take = (socket: Socket) => void connections.add(new ClientConnection(socket, context, forget));
  return {
    // A client may close its side behind its request and still wait for the answer.
    server: createServer({ allowHalfOpen: true, noDelay: true }, take),
    closeIdle() {
      for (const connection of [...connections]) connection.closeIdle();
    },
    cutAll() {
      for (const connection of [...connections]) connection.cut();
    },
  };
}
