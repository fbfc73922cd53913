import type { IncomingMessage } from 'node:http';

/**
 * Drops what is left of a body after its answer, so that the client sees the answer rather than a reset (RFC 9112 §9.6),
 * and cuts a client that sends on for too long.
 */
export function linger(incoming: IncomingMessage, lingerMs: number): void {
  if (incoming.complete || incoming.destroyed) return;
  const timer = setTimeout(() => incoming.socket.destroy(), lingerMs);
  incoming.once('close', () => clearTimeout(timer));
  incoming.once('end', () => clearTimeout(timer));
  incoming.resume();
}
