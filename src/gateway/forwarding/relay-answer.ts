import type { IncomingMessage, ServerResponse } from 'node:http';
import { forwardableTrailers } from '../headers/trailers.js';
import { startDeadline } from './deadline.js';
import type { Departure } from './departure.js';

/** How the relaying of an answer's body ended. */
export type Relayed = 'complete' | 'upstream-died' | 'upstream-stalled' | 'client-stalled' | 'client-gone';

/**
 * Moves an answer's body to the client as fast as the client takes it; the head has been written already.
 * An answer that is cut short is never ended as if it were whole: the client's connection is destroyed.
 */
export function relayAnswer(
  answer: IncomingMessage,
  outgoing: ServerResponse,
  { idleMs, departure }: { idleMs: number; departure: Departure },
): Promise<Relayed> {
  return new Promise((resolve) => {
    const settle = (relayed: Relayed) => {
      idle[Symbol.dispose]();
      departure.forget();
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

    answer.on('error', () => cut('upstream-died'));
    outgoing.once('finish', () => settle('complete'));
    departure.tell(onGone);
    // Most answers are there as a whole by now, and need no stream.
    if (answer.complete && answer.rawTrailers.length === 0) {
      outgoing.end(answer.read());
      return;
    }
    answer.on('data', (chunk: Buffer) => {
      idle.refresh();
      if (!outgoing.write(chunk)) answer.pause();
    });
    outgoing.on('drain', () => {
      idle.refresh();
      answer.resume();
    });
    answer.once('end', () => endClient(answer, outgoing));
    answer.once('close', () => {
      if (!answer.readableEnded) cut('upstream-died');
    });
    if (answer.readableLength === 0) flushLonelyHead(answer, outgoing);
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
