import type { Socket } from 'node:net';
import type { Ending } from '../access-log.js';
import type { AdmittedExchange } from '../exchange.js';
import type { Reply } from '../forwarding/reply.js';
import { tunnel } from '../forwarding/tunnel.js';
import { acceptsWebSocket } from '../forwarding/websocket.js';
import { responseHeaders } from '../headers/response-headers.js';
import type { ServingContext } from './context.js';
import { headOf } from './pass-on.js';
import type { Client } from './serve.js';

/** Opens the tunnel of a WebSocket once both sides agree on it; a fault means that nothing was sent. */
export async function switchProtocols(
  exchange: AdmittedExchange,
  { incoming, outgoing }: Client,
  context: ServingContext,
  { answer, socket: upstream, head }: Extract<Reply, { kind: 'switched' }>,
  markEndless: () => void,
): Promise<Ending | { fault: Error }> {
  if (!exchange.upgrade || !acceptsWebSocket(exchange.headers, answer.rawHeaders)) {
    exchange.permit.settle('failure');
    upstream.destroy();
    return { fault: new Error('it switched to a protocol that was not asked for') };
  }
  exchange.permit.settle('success');
  markEndless();
  const client: Socket = incoming.socket;
  outgoing.detachSocket(client);
  if (head.length > 0) upstream.unshift(head);
  client.write(switchingHead(exchange, answer), 'latin1');
  const cut = context.running.begin(() => client.destroy());
  cut.markEndless();
  await tunnel(client, upstream, context.limits.idleMs);
  cut[Symbol.dispose]();
  return { status: 101 };
}

function switchingHead({ id }: AdmittedExchange, answer: Parameters<typeof headOf>[0]): string {
  const fields = [
    ...['Connection', 'Upgrade', 'Upgrade', 'websocket'],
    ...responseHeaders(headOf(answer), { requestId: id, trailers: false, closes: false }),
  ];
  const lines = fields.flatMap((field, i) => (i % 2 === 0 ? [`${field}: ${fields[i + 1]}`] : []));
  return `HTTP/1.1 101 Switching Protocols\r\n${lines.join('\r\n')}\r\n\r\n`;
}
