import type { Socket } from 'node:net';
import type { Peer } from '../headers/peer.js';
import { listMembers, type RawHeaders } from '../headers/raw-headers.js';
import { forwardableTrailers } from '../headers/trailers.js';
import type { AnswerPart } from '../http1/answer-part.js';
import { fieldLines } from '../http1/field-text.js';
import { chunked, type Framing, noBody, untilClose } from '../http1/framing.js';
import type { MessageWriter } from '../http1/message-writer.js';
import type { RequestHead } from '../http1/request-reader.js';
import type { AnswerToClient, Client, ClientEvents } from '../serving/client.js';
import { type BodySource, RequestBody } from '../serving/request-body.js';

/** The connection that a request came by. */
export interface Http1Carrier extends BodySource {
  readonly writer: MessageWriter;
  readonly peer: Peer;
  /** Whether the connection ends with this answer whatever is asked for. */
  readonly isEnding: boolean;
  /** The answer has been written; `closes` says that it was the last. */
  finished(closes: boolean): void;
  /** An answer moves on. */
  moved(): void;
  cut(options: { reset: boolean }): void;
  release(): Socket;
}

/** One request of an HTTP/1.1 connection, and its answer. */
export class Http1Client implements Client {
  readonly request: RequestHead;
  readonly framing: Framing;
  readonly body: RequestBody;
  readonly #carrier: Http1Carrier;
  #events: ClientEvents | undefined;
  #answer: { framing: Framing; closes: boolean } | undefined;
  #isOver = false;

  constructor(request: RequestHead, framing: Framing, carrier: Http1Carrier) {
    this.request = request;
    this.framing = framing;
    this.body = new RequestBody(framing.kind === 'none' ? undefined : carrier);
    this.#carrier = carrier;
  }

  get peer(): Peer {
    return this.#carrier.peer;
  }

  get expects(): boolean {
    if (this.framing.kind === 'none' || this.request.httpVersion === '1.0') return false;
    return listMembers(this.request.headers, 'expect').includes('100-continue');
  }

  get takesTrailers(): boolean {
    return this.request.httpVersion === '1.1' && this.request.method !== 'HEAD';
  }

  get isBlocked(): boolean {
    return this.#carrier.writer.isBlocked;
  }

  /** Whether a final answer has begun. */
  get isAnswered(): boolean {
    return this.#answer !== undefined;
  }

  listen(events: ClientEvents): void {
    this.#events = events;
  }

  inform(status: number, reason: string, headers: RawHeaders): void {
    if (this.#isOver || this.#answer !== undefined) return;
    this.#carrier.writer.text(`HTTP/1.1 ${status} ${reason}\r\n${fieldLines(headers)}\r\n`);
    this.#carrier.writer.flush();
  }

  answer({ status, reason, fields, framing, closes }: AnswerToClient): void {
    const own = this.#framingOf(status, framing);
    const ends = closes || own.kind === 'until-close' || this.#carrier.isEnding || this.#wantsToClose();
    this.#answer = { framing: own, closes: ends };
    if (this.#isOver) return;
    const coding = own.kind === 'chunked' ? 'Transfer-Encoding: chunked\r\n' : '';
    const connection = ends ? 'Connection: close\r\n' : '';
    this.#carrier.writer.text(`HTTP/1.1 ${status} ${reason}\r\n${fields.lines}${coding}${connection}\r\n`);
  }

  part(part: AnswerPart): void {
    if (this.#isOver || this.#answer === undefined) return;
    const { kind } = this.#answer.framing;
    if (kind === 'chunked') this.#carrier.writer.chunk(part);
    else if (kind !== 'none') this.#carrier.writer.part(part);
  }

  end(trailers: RawHeaders): void {
    if (this.#isOver) return;
    if (this.#answer?.framing.kind === 'chunked') this.#carrier.writer.lastChunk(forwardableTrailers(trailers));
    if (!this.#carrier.writer.flush(this.#written)) this.#written();
    this.#carrier.moved();
  }

  flush(): void {
    if (this.#isOver) return;
    this.#carrier.writer.flush();
    this.#carrier.moved();
  }

  cut(): void {
    // A client takes a close for the end where the answer has no other (RFC 9112 §8), so it gets a reset.
    this.#carrier.cut({ reset: this.#answer?.framing.kind === 'until-close' });
  }

  switchProtocols(headers: RawHeaders): Socket {
    this.#isOver = true;
    this.#carrier.writer.text(`HTTP/1.1 101 Switching Protocols\r\n${fieldLines(headers)}\r\n`);
    this.#carrier.writer.flush();
    return this.#carrier.release();
  }

  drained(): void {
    if (!this.#isOver) this.#events?.drained();
  }

  /** The connection is gone, or of no more use. */
  left(refusedWith?: number): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#events?.left(refusedWith);
  }

  readonly #written = (error?: Error | null): void => {
    // The end of a connection is told by its close.
    if (error || this.#isOver) return;
    this.#isOver = true;
    this.#events?.finished();
    this.#carrier.finished(this.#answer?.closes ?? true);
  };

  #framingOf(status: number, framing: Framing): Framing {
    if (this.request.method === 'HEAD' || status === 204 || status === 304) return noBody;
    if (framing.kind !== 'chunked' && framing.kind !== 'until-close') return framing;
    return this.request.httpVersion === '1.0' ? untilClose : chunked;
  }

  /** A request whose body is not all there when it is answered may never be read to its end. */
  #wantsToClose(): boolean {
    const { httpVersion, headers } = this.request;
    return httpVersion === '1.0' || !this.body.isComplete || listMembers(headers, 'connection').includes('close');
  }
}
