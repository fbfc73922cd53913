import { createHash } from 'node:crypto';
import { listMembers, type RawHeaders, valuesOf } from './raw-headers.js';

const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/** Whether a request asks for a WebSocket (RFC 6455 §4.1). Every other upgrade, h2c among them, is declined. */
export function asksForWebSocket(request: { method: string; httpVersion: string; headers: RawHeaders }): boolean {
  if (request.method !== 'GET' || request.httpVersion !== '1.1') return false;
  if (!listMembers(request.headers, 'upgrade').includes('websocket')) return false;
  return listMembers(request.headers, 'connection').includes('upgrade');
}

/**
 * Whether an upstream's 101 answers this very handshake (RFC 6455 §4.2.2). Without that proof the connection would be
 * a tunnel that a client dug past the gateway.
 */
export function acceptsWebSocket(request: RawHeaders, answer: RawHeaders): boolean {
  const [key] = valuesOf(request, 'sec-websocket-key');
  const [accept] = valuesOf(answer, 'sec-websocket-accept');
  const expected = createHash('sha1').update(`${key}${GUID}`).digest('base64');
  return key !== undefined && accept === expected && listMembers(answer, 'upgrade').includes('websocket');
}
