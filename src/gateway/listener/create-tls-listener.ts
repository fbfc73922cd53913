import type { Socket } from 'node:net';
import { createServer, type SecureContextOptions, type TLSSocket } from 'node:tls';
import { Http2Connection } from '../front/http2/http2-connection.js';
import type { TlsSettings } from '../settings/tls.js';
import { type Certificate, readCertificate } from './certificate.js';
import { untimely } from './certificate-time.js';
import type { Listener, ListenerOptions } from './create-listener.js';
import { fingerprint, followCertificate } from './follow-certificate.js';
import { HandshakeLog } from './handshake-log.js';

/** Those that RFC 9113 §9.2.2 allows for HTTP/2: an ephemeral key, and encryption that authenticates. */
const ciphers = [
  ...['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256'],
  ...['ECDHE-ECDSA-AES128-GCM-SHA256', 'ECDHE-RSA-AES128-GCM-SHA256'],
  ...['ECDHE-ECDSA-AES256-GCM-SHA384', 'ECDHE-RSA-AES256-GCM-SHA384'],
  ...['ECDHE-ECDSA-CHACHA20-POLY1305', 'ECDHE-RSA-CHACHA20-POLY1305'],
].join(':');

export async function createTlsListener(
  settings: TlsSettings,
  { clients, limits, log }: ListenerOptions,
): Promise<Listener> {
  const since = await fingerprint(settings);
  const certificate = await readCertificate(settings);
  const problem = untimely(certificate);
  if (problem !== undefined) {
    const { startsAt, expiresAt } = certificate;
    log({ level: 'warn', msg: `the certificate ${problem}`, certificate: settings.certificate, startsAt, expiresAt });
  }
  const contextOf = ({ cert, key }: Certificate): SecureContextOptions => {
    return { cert, key, ciphers, minVersion: settings.minVersion };
  };
  const server = createServer({
    ...contextOf(certificate),
    allowHalfOpen: true,
    noDelay: true,
    ALPNProtocols: ['h2', 'http/1.1'],
    handshakeTimeout: limits.handshakeMs,
  });
  const handshakes = new HandshakeLog(log);
  server.on('tlsClientError', (error, socket) => {
    handshakes.failed(error, socket.remoteAddress);
    // Node leaves half-open connections be when the time for their handshake is up.
    socket.destroy();
  });
  server.on('secureConnection', (socket: TLSSocket) => {
    socket.disableRenegotiation();
    if (socket.alpnProtocol === 'h2') clients.add((owner) => new Http2Connection(socket, owner));
    else clients.take(socket, 'https');
  });
  // Those below the encrypted ones: also of clients that never end their handshake.
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  const onChange = (renewed: Certificate) => server.setSecureContext(contextOf(renewed));
  const following = followCertificate(settings, { onChange, log, since });
  return {
    server,
    protocol: 'https',
    cutAll() {
      for (const socket of sockets) socket.destroy();
    },
    [Symbol.dispose]: () => following[Symbol.dispose](),
  };
}
