import { createServer, type IncomingMessage, type Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { problem } from '../answers/problem.js';
import { sendProblem } from '../answers/send-problem.js';
import { beginExchange } from '../begin-exchange.js';
import { asksForWebSocket } from '../forwarding/websocket.js';
import { answerHealth, isHealthCheck } from '../health.js';
import type { ServingContext } from './context.js';
import { declineUpgrade } from './decline-upgrade.js';
import { refuseGarbage } from './refuse-garbage.js';
import { serve } from './serve.js';

/** The HTTP server that clients meet; not listening yet. */
export function createFront(context: ServingContext): Server {
  const { limits, random } = context;
  const pending = new WeakMap<Duplex, number>();
  const server = createServer({
    insecureHTTPParser: false,
    // The passes answer that with a problem.
    requireHostHeader: false,
    maxHeaderSize: limits.headBytes,
    headersTimeout: limits.headMs,
    // A long upload is bounded by its progress, not by its length.
    requestTimeout: 0,
    keepAliveTimeout: limits.keepAliveMs,
    connectionsCheckingInterval: Math.min(1_000, limits.headMs),
  });
  // Node would silently drop the fields beyond the count; a pass refuses them instead.
  server.maxHeadersCount = 0;

  const take = (incoming: IncomingMessage, outgoing: ServerResponse, expects: boolean) => {
    count(pending, incoming.socket, 1);
    outgoing.once('close', () => count(pending, incoming.socket, -1));
    if (isHealthCheck(incoming)) return answerHealth(outgoing, context);
    void serve(beginExchange(incoming, { upgrade: false, random }), { incoming, outgoing, expects }, context);
  };
  server.on('request', (incoming, outgoing) => take(incoming, outgoing, false));
  server.on('checkContinue', (incoming, outgoing) => take(incoming, outgoing, true));
  server.on('checkExpectation', (incoming, outgoing) => {
    const refusal = problem('expectation-failed', 'The only expectation that is understood is 100-continue.');
    sendProblem(outgoing, refusal, { requestId: beginExchange(incoming, { upgrade: false, random }).id, closes: true });
  });
  server.on('upgrade', (incoming, socket, rest) => {
    socket.on('error', () => socket.destroy());
    const exchange = beginExchange(incoming, { upgrade: true, random });
    // An answer that is still due would end up behind the switch.
    if ((pending.get(socket) ?? 0) > 0) socket.destroy();
    else if (!asksForWebSocket(exchange)) declineUpgrade(server, incoming, socket, rest);
    else {
      if (rest.length > 0) socket.unshift(rest);
      const outgoing = attachResponse(incoming, socket as Socket);
      void serve(exchange, { incoming, outgoing, expects: false }, context);
    }
  });
  server.on('connect', (incoming, socket) => {
    socket.on('error', () => socket.destroy());
    const outgoing = attachResponse(incoming, socket as Socket);
    void serve(beginExchange(incoming, { upgrade: false, random }), { incoming, outgoing, expects: false }, context);
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    refuseGarbage(error, socket, { mayAnswer: (pending.get(socket) ?? 0) === 0 });
  });
  return server;
}

/** A response on a socket that Node's server has let go of: it closes the connection when it is finished. */
function attachResponse(incoming: IncomingMessage, socket: Socket): ServerResponse {
  const outgoing = new ServerResponse(incoming);
  outgoing.shouldKeepAlive = false;
  outgoing.assignSocket(socket);
  socket.on('drain', () => outgoing.emit('drain'));
  outgoing.once('finish', () => socket.destroySoon());
  return outgoing;
}

function count(pending: WeakMap<Duplex, number>, socket: Duplex, change: 1 | -1): void {
  pending.set(socket, (pending.get(socket) ?? 0) + change);
}
