import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';

/**
 * Has a request answered over HTTP/1.1 that asked for another protocol (RFC 9110 §7.8: a server may ignore Upgrade). Node
 * has taken its parser off the socket by now, so the head goes back in front of what follows, without the invitation.
 */
export function declineUpgrade(server: Server, incoming: IncomingMessage, socket: Duplex, rest: Buffer): void {
  const lines = [`${incoming.method} ${incoming.url} HTTP/${incoming.httpVersion}`];
  for (let i = 0; i + 1 < incoming.rawHeaders.length; i += 2) {
    const name = incoming.rawHeaders[i] ?? '';
    if (!/^(?:upgrade|http2-settings)$/i.test(name)) lines.push(`${name}: ${incoming.rawHeaders[i + 1]}`);
  }
  if (rest.length > 0) socket.unshift(rest);
  socket.unshift(Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'));
  server.emit('connection', socket);
}
