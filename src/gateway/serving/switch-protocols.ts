import type { AdmittedExchange } from '../exchange.js';
import { RelayedFields } from '../headers/relayed-fields.js';
import { acceptsWebSocket } from '../headers/websocket.js';
import type { AnswerHead } from '../http1/answer-reader.js';
import type { UpstreamConnection } from '../upstream/upstream-connection.js';
import type { Client } from './client.js';
import type { ServingContext } from './context.js';
import { tunnel } from './tunnel.js';

/** Opens the tunnel of a WebSocket once both sides agree on it, until it closes; undefined where they don't, and nothing was sent. */
export function switchProtocols(
  exchange: AdmittedExchange,
  head: AnswerHead,
  { client, upstream, context }: { client: Client; upstream: UpstreamConnection; context: ServingContext },
): Promise<void> | undefined {
  if (!exchange.upgrade || !acceptsWebSocket(exchange.headers, head.headers)) {
    exchange.permit.settle('failure');
    upstream.cut();
    return undefined;
  }
  exchange.permit.settle('success');
  const { id: requestId, answerEdits: edits, route } = exchange;
  const { pairs } = new RelayedFields(head, { requestId, date: context.date(), edits }, { takesTrailers: false });
  const socket = client.switchProtocols(['Connection', 'Upgrade', 'Upgrade', 'websocket', ...pairs]);
  return tunnel(socket, upstream.release(), route.timeouts?.idleMs ?? context.limits.idleMs);
}
