import { createServer, type Server } from 'node:net';
import type { Clients } from '../front/clients.js';
import type { Limits } from '../limits.js';
import type { Log } from '../log.js';
import type { TlsSettings } from '../settings/tls.js';

/** What takes the clients' connections and gives them on, by the protocol that they speak. */
export interface Listener extends Disposable {
  /** Not listening yet. */
  readonly server: Server;
  readonly protocol: 'http' | 'https';
  /** Cuts the connections that nothing was made of yet. */
  cutAll(): void;
}

export interface ListenerOptions {
  clients: Clients;
  limits: Limits;
  log: Log;
}

/** Fails with `INVALID_CONFIG` where the certificate cannot be used. */
export async function createListener(tls: TlsSettings | undefined, options: ListenerOptions): Promise<Listener> {
  if (tls !== undefined) {
    // With all of HTTP/2, which costs nothing where it is not spoken.
    const { createTlsListener } = await import('./create-tls-listener.js');
    return createTlsListener(tls, options);
  }
  const { clients } = options;
  // A client may close its side behind its request, and wait for the answer.
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => clients.take(socket, 'http'));
  return { server, protocol: 'http', cutAll() {}, [Symbol.dispose]() {} };
}
