import type { Exchange } from '../exchange.js';
import type { RawHeaders } from '../headers/raw-headers.js';
import type { AnswerPart } from '../http1/answer-part.js';
import type { AnswerHead } from '../http1/answer-reader.js';
import type { AnswerToClient } from './client.js';

/** Where the body of an answer goes: the client, or what a pass has put before it. */
export interface AnswerSink {
  /** Whether it must hand on what it has before more is written. */
  readonly isBlocked: boolean;
  part(part: AnswerPart): void;
  /** All that came together has been told. */
  flush(): void;
  end(trailers: RawHeaders): void;
  /** What lies behind takes more. Undefined where nothing is held back. */
  resume?(): void;
}

/** Who feeds a sink. */
export interface SinkEvents {
  /** More can be written. */
  drained(): void;
  /** The rest of the answer cannot be handed on, by a fault of the gateway's own. */
  lost(cause: Error): void;
}

/**
 * One step of a route's answers, once for each: gives back the head as it goes on, and what the body goes through where it is more than
 * looked at. What is held for it is freed at the end of the exchange.
 */
export type AnswerPass = (answer: AnswerToClient, exchange: Exchange, original: AnswerHead) => PassedAnswer;

export interface PassedAnswer {
  readonly answer: AnswerToClient;
  readonly through?: ((next: AnswerSink, events: SinkEvents) => AnswerSink) | undefined;
}
