import { type Permit, retryAfterMs } from '@mscli/runtime/breaker';
import type { Ending } from '../access-log.js';
import { firstValue } from '../headers/raw-headers.js';
import type { AnswerHead } from '../http1/answer-reader.js';
import type { Expiring, TickTimer } from '../timing/ticker.js';
import type { UpstreamConnection } from '../upstream/upstream-connection.js';
import type { AnswerSink } from './answer-sink.js';
import type { ServingContext } from './context.js';

/** Why an answer was not relayed to its end. */
export type BrokenOff = 'upstream-died' | 'upstream-stalled' | 'client-stalled' | 'client-gone' | 'fault';

function isEventStream(type: string | undefined): boolean {
  return type !== undefined && type.length >= EVENT_STREAM.length && eventStream.test(type);
}

const EVENT_STREAM = 'text/event-stream';
const eventStream = /^text\/event-stream\b/i;

/** An answer on its way to the client, as fast as the client takes it, and what it says about the upstream. */
export class Relay implements Expiring {
  readonly #upstream: UpstreamConnection;
  readonly #permit: Permit;
  readonly #context: ServingContext;
  readonly #status: number;
  /** How long the head took, in milliseconds: what is slow about an upstream, since a body may take as long as its reader. */
  readonly #headMs: number;
  /** Server-sent events have no end of their own. */
  readonly isEndless: boolean;
  #probation: TickTimer | undefined;
  #isPaused = false;

  constructor(
    upstream: UpstreamConnection,
    { permit, context, head, headMs }: { permit: Permit; context: ServingContext; head: AnswerHead; headMs: number },
  ) {
    this.#upstream = upstream;
    this.#permit = permit;
    this.#context = context;
    this.#status = head.status;
    this.#headMs = headMs;
    this.isEndless = isEventStream(firstValue(head.headers, 'content-type'));
    const leaveAloneMs = retryAfterMs(head.status, firstValue(head.headers, 'retry-after'));
    if (head.status >= 500) permit.settle('failure', headMs, leaveAloneMs);
    else if (leaveAloneMs !== undefined) permit.settle('success', headMs, leaveAloneMs);
  }

  /** Whether the upstream waits for the client: until all is written, however little that is by now. */
  get isPaused(): boolean {
    return this.#isPaused;
  }

  /** Writes what has come; a client that is behind stops the upstream. */
  flush(way: AnswerSink): void {
    way.flush();
    if (way.isBlocked && !this.#isPaused) {
      this.#isPaused = true;
      this.#upstream.pause();
    }
    if (this.#probation !== undefined) return;
    this.#probation = this.#context.ticker.timer(this);
    this.#probation.set(this.#context.limits.probationMs);
  }

  resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this.#upstream.resume();
  }

  /** A body that runs for so long is a success already: a permit is not held for a whole stream. */
  expire(): void {
    this.#permit.settle('success', this.#headMs);
  }

  /** The upstream has given all of it. */
  end(): Ending {
    this.#settle('success');
    return { status: this.#status };
  }

  /** Only an upstream's own failure says something about the upstream. */
  giveUp(reason: BrokenOff): Ending {
    this.#settle(reason === 'upstream-died' || reason === 'upstream-stalled' ? 'failure' : 'ignored');
    return { status: this.#status, reason };
  }

  #settle(outcome: 'success' | 'failure' | 'ignored'): void {
    this.#probation?.[Symbol.dispose]();
    this.#permit.settle(outcome, this.#headMs);
  }
}
