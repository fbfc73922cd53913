import type { Socket } from 'node:net';
import type { Fields } from '../headers/fields.js';
import type { Peer } from '../headers/peer.js';
import type { RawHeaders } from '../headers/raw-headers.js';
import type { AnswerPart } from '../http1/answer-part.js';
import type { Framing } from '../http1/framing.js';
import type { AnswerSink } from './answer-sink.js';
import type { RequestBody } from './request-body.js';

/** A request's head, whatever it came by. */
export interface RequestHead {
  readonly method: string;
  /** The request target as it came. */
  readonly target: string;
  readonly httpVersion: string;
  readonly headers: RawHeaders;
  /** The header fields as they came, where that is what `fieldLines` makes of them. */
  readonly lines?: string | undefined;
}

/** The head of the answer that a client gets. */
export interface AnswerToClient {
  readonly status: number;
  readonly reason: string;
  /** Without those that belong to the connection. */
  readonly fields: Fields;
  /** As the upstream sent it; where the client cannot read that, its connection's own takes the place. */
  readonly framing: Framing;
  /** No further request is to come on this connection. */
  readonly closes: boolean;
}

/**
 * The client's end of one request: what a connection of HTTP/1.1 is to it, a stream of HTTP/2 or a TLS socket can be as well.
 * Everything that is written stays together until `flush`.
 */
export interface Client extends AnswerSink {
  readonly request: RequestHead;
  readonly peer: Peer;
  /** How the request's body ends. */
  readonly framing: Framing;
  readonly body: RequestBody;
  /** Whether it waits for a 100 before it sends the body. */
  readonly expects: boolean;
  /** Whether trailers can reach it. */
  readonly takesTrailers: boolean;
  /** Whether it must read before more is written. */
  readonly isBlocked: boolean;
  /** Who is told what becomes of it. */
  listen(events: ClientEvents): void;
  /** Sends an interim answer, at once. */
  inform(status: number, reason: string, headers: RawHeaders): void;
  answer(answer: AnswerToClient): void;
  part(part: AnswerPart): void;
  /** Ends the answer, and writes it. */
  end(trailers: RawHeaders): void;
  flush(): void;
  /** Breaks the answer off, so that the client cannot take it for a whole one. */
  cut(): void;
  /** Answers with 101 and hands the connection over. What has come behind the request is still to be read from it. */
  switchProtocols(headers: RawHeaders): Socket;
}

export interface ClientEvents {
  /** It left before the answer was written, or what it sent ended in something that was refused with this status. */
  left(refusedWith?: number): void;
  /** More can be written. */
  drained(): void;
  /** The last byte of the answer is with the operating system. */
  finished(): void;
}
