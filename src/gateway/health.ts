import type { IncomingMessage, ServerResponse } from 'node:http';
import { RESERVED_PATH } from './routing/route-table.js';

/** Where the gateway tells how it is itself; no route can lie there. */
export const HEALTH_PATH = `${RESERVED_PATH}/health`;

export function isHealthCheck({ method, url }: IncomingMessage): boolean {
  return (method === 'GET' || method === 'HEAD') && url?.split('?', 1)[0] === HEALTH_PATH;
}

/** 200 while requests are taken, 503 while the gateway stops. */
export function answerHealth(outgoing: ServerResponse, state: { isStopping(): boolean }): void {
  const isStopping = state.isStopping();
  const body = `${JSON.stringify({ status: isStopping ? 'stopping' : 'ready' })}\n`;
  outgoing.writeHead(isStopping ? 503 : 200, {
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(body),
    'Cache-Control': 'no-store',
    ...(isStopping ? { Connection: 'close' } : {}),
  });
  outgoing.end(body);
}
