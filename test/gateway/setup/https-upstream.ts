import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createServer as createTlsServer, type TLSSocket } from 'node:tls';
import type { Pem } from './certificate.js';
import type { Upstream } from './upstream.js';

export interface HttpsUpstream extends Upstream {
  server: Server;
}

/** A real HTTPS server in the place of a service. It would speak HTTP/2 too, if it were asked to. */
export async function httpsUpstream({ cert, key }: Pem, listener: RequestListener): Promise<HttpsUpstream> {
  const server = createServer({ cert, key, ALPNProtocols: ['h2', 'http/1.1'] }, listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    server,
    port,
    url: `https://localhost:${port}`,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** A server of TLS that speaks whatever the test wants. */
export async function rawTlsUpstream({ cert, key }: Pem, onSocket: (socket: TLSSocket) => void): Promise<Upstream> {
  const sockets = new Set<TLSSocket>();
  const server = createTlsServer({ cert, key }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    onSocket(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `https://localhost:${port}`,
    async [Symbol.asyncDispose]() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
