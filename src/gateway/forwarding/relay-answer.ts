import type { IncomingMessage, ServerResponse } from 'node:http';
import { forwardableTrailers } from '../headers/trailers.js';
import { startDeadline } from './deadline.js';

/** How the relaying of an answer's body ended. */
export type Relayed = 'complete' | 'upstream-died' | 'upstream-stalled' | 'client-stalled' | 'client-gone';

/**
 * Moves an answer's body to the client as fast as the client takes it; the head has been written already.
 * An answer that is cut short is never ended as if it were whole: the client's connection is destroyed.
 */
export function relayAnswer(
  answer: IncomingMessage,
  outgoing: ServerResponse,
  { idleMs, signal }: { idleMs: number; signal: AbortSignal },
): Promise<Relayed> {
  return new Promise((resolve) => {
    const settle = (relayed: Relayed) => {
      idle[Symbol.dispose]();
      signal.removeEventListener('abort', onGone);
      resolve(relayed);
    };
    const cut = (reason: Relayed) => {
      settle(reason);
      answer.destroy();
      destroyClient(outgoing);
    };
    const onGone = () => {
      settle(outgoing.writableFinished ? 'complete' : 'client-gone');
      answer.destroy();
    };
    const idle = startDeadline(idleMs, () => {
      cut(outgoing.writableNeedDrain || outgoing.writableEnded ? 'client-stalled' : 'upstream-stalled');
    });

    answer.on('data', (chunk: Buffer) => {
      idle.refresh();
      if (!outgoing.write(chunk)) answer.pause();
    });
    outgoing.on('drain', () => {
      idle.refresh();
      answer.resume();
    });
    answer.once('end', () => endClient(answer, outgoing));
    answer.on('error', () => cut('upstream-died'));
    answer.once('close', () => {
      if (!answer.readableEnded) cut('upstream-died');
    });
    outgoing.once('finish', () => settle('complete'));
    signal.addEventListener('abort', onGone, { once: true });
    if (signal.aborted) onGone();
    flushLonelyHead(answer, outgoing);
  });
}

/** The head goes alone only where the body keeps it waiting, as server-sent events do. */
function flushLonelyHead(answer: IncomingMessage, outgoing: ServerResponse): void {
  let hasBody = false;
  answer.once('data', () => {
    hasBody = true;
  });
  setImmediate(() => {
    if (!hasBody && !outgoing.writableEnded && !outgoing.destroyed) outgoing.flushHeaders();
  });
}

function endClient(answer: IncomingMessage, outgoing: ServerResponse): void {
  const trailers = forwardableTrailers(answer.rawTrailers);
  if (trailers.length > 0 && outgoing.chunkedEncoding) outgoing.addTrailers(trailers);
  outgoing.end();
}

/** An HTTP/1.0 client takes an ordinary close for the end of the body, so it gets a reset. */
function destroyClient(outgoing: ServerResponse): void {
  const { socket } = outgoing;
  if (socket === null || outgoing.req.httpVersion !== '1.0') outgoing.destroy();
  else socket.resetAndDestroy();
}
