import type { AnswerHead, AnswerSink } from '../http1/answer-reader.js';

/** Why there is no answer, or not the rest of it. */
export type UpstreamFailure =
  /** There was no connection. */
  | { kind: 'unreachable'; cause: Error }
  /** A kept-alive connection was closed before a byte of the answer came. */
  | { kind: 'stale'; cause: Error }
  /** The connection died, or what came was not HTTP. */
  | { kind: 'broken'; cause: Error };

/** What one request's sender is told by the connection to the upstream. */
export interface UpstreamEvents extends AnswerSink {
  /** The connection stands and takes the request. */
  connected(): void;
  /** A 101; the connection can be taken over at once. */
  switched(head: AnswerHead): void;
  /** A part of the request has been written. */
  wrote(): void;
  /** All that one read brought has been told. */
  flush(): void;
  /** More of the request can be written. */
  drained(): void;
  failed(failure: UpstreamFailure): void;
}
