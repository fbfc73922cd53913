import { constants, type ServerHttp2Stream } from 'node:http2';
import type { Socket } from 'node:net';
import type { Peer } from '../../headers/peer.js';
import { firstValue, listMembers, type RawHeaders } from '../../headers/raw-headers.js';
import { forwardableTrailers } from '../../headers/trailers.js';
import { type AnswerPart, copyOf } from '../../http1/answer-part.js';
import type { Framing } from '../../http1/framing.js';
import type { AnswerToClient, Client, ClientEvents, RequestHead } from '../../serving/client.js';
import { RequestBody } from '../../serving/request-body.js';
import { answerFields, fieldsOf } from './answer-fields.js';

/** More than this waits for the client to read. */
const MOST_UNWRITTEN = 64 * 1024;

type State =
  | { kind: 'asking' }
  | { kind: 'answering'; hasBody: boolean }
  /** All of the answer has been given to the stream, but may still be on its way. */
  | { kind: 'ending' }
  | { kind: 'over' };

/** The connection that a stream belongs to. */
export interface StreamOwner {
  /** Whoever serves it keeps its times from now on. */
  attended(): void;
  /** Nobody does any more. It need not have ended: where the client reads nothing, it cannot even be reset. */
  unattended(): void;
  closed(isWhole: boolean): void;
}

/** One stream of HTTP/2: a request and its answer. */
export class Http2Client implements Client {
  readonly request: RequestHead;
  readonly framing: Framing;
  readonly body: RequestBody;
  readonly peer: Peer;
  readonly #stream: ServerHttp2Stream;
  readonly #owner: StreamOwner;
  #events: ClientEvents | undefined;
  #state: State = { kind: 'asking' };
  #parts: Buffer[] = [];
  /** Of the body, that are to come; undefined where nobody said how many. */
  #left: number | undefined;
  #trailers: { request: RawHeaders; answer: RawHeaders } = { request: [], answer: [] };
  #waitsForTrailers = false;
  #isAttended = false;

  constructor(
    stream: ServerHttp2Stream,
    { head, framing, peer }: { head: RequestHead; framing: Framing; peer: Peer },
    owner: StreamOwner,
  ) {
    this.#stream = stream;
    this.request = head;
    this.framing = framing;
    this.peer = peer;
    this.body = new RequestBody(framing.kind === 'none' ? undefined : stream);
    this.#left = framing.kind === 'length' ? framing.length : undefined;
    this.#owner = owner;
    stream.on('drain', this.#onDrain).on('finish', this.#onFinish).on('close', this.#onClose);
    if (framing.kind === 'none') stream.resume();
    else stream.on('trailers', this.#onTrailers).on('data', this.#onData).on('end', this.#onEnd);
  }

  get expects(): boolean {
    return this.framing.kind !== 'none' && listMembers(this.request.headers, 'expect').includes('100-continue');
  }

  get takesTrailers(): boolean {
    return this.request.method !== 'HEAD';
  }

  get isBlocked(): boolean {
    return this.#stream.writableLength > MOST_UNWRITTEN;
  }

  /** Whether it can still be answered. */
  get isOpen(): boolean {
    return this.#state.kind !== 'over' && !this.#stream.closed && !this.#stream.destroyed;
  }

  listen(events: ClientEvents): void {
    this.#events = events;
    this.#isAttended = true;
    this.#owner.attended();
  }

  inform(status: number, _reason: string, headers: RawHeaders): void {
    if (this.#state.kind === 'asking' && this.isOpen) this.#stream.additionalHeaders(answerFields(status, headers));
  }

  /** Whether the connection takes more streams is said by its own GOAWAY. */
  answer({ status, fields: { pairs }, framing }: AnswerToClient): void {
    const hasBody = framing.kind !== 'none' && this.request.method !== 'HEAD' && !bodiless.has(status);
    this.#state = { kind: 'answering', hasBody };
    if (!this.isOpen) return;
    const waitForTrailers = hasBody && framing.kind === 'chunked';
    this.#waitsForTrailers = waitForTrailers;
    if (waitForTrailers) this.#stream.once('wantTrailers', this.#sendTrailers);
    const fields = answerFields(status, status === 205 ? withoutLength(pairs) : pairs);
    this.#stream.respond(fields, { endStream: !hasBody, waitForTrailers });
  }

  part(part: AnswerPart): void {
    if (this.#state.kind === 'answering' && this.#state.hasBody) this.#parts.push(copyOf(part));
  }

  flush(): void {
    const parts = this.#parts;
    if (parts.length === 0) return;
    this.#parts = [];
    if (!this.isOpen) return;
    if (parts.length > 1) this.#stream.cork();
    for (const part of parts) this.#stream.write(part);
    if (parts.length > 1) this.#stream.uncork();
  }

  end(trailers: RawHeaders): void {
    if (this.#state.kind !== 'answering') return;
    this.#trailers.answer = forwardableTrailers(trailers);
    this.flush();
    this.#state = { kind: 'ending' };
    if (!this.#stream.writableEnded && this.isOpen) this.#stream.end();
  }

  cut(): void {
    this.#stream.close(constants.NGHTTP2_INTERNAL_ERROR);
    this.#leave();
  }

  switchProtocols(): Socket {
    throw new Error('a stream of HTTP/2 has no other protocol to switch to');
  }

  readonly #sendTrailers = (): void => {
    this.#waitsForTrailers = false;
    try {
      if (this.isOpen) this.#stream.sendTrailers(fieldsOf(this.#trailers.answer));
      this.#stopBody();
    } catch {
      // What node:http2 does not send must end this answer, and not the process, as it would from here.
      this.cut();
    }
  };

  readonly #onTrailers = (_fields: unknown, _flags: number, raw: RawHeaders): void => {
    this.#trailers.request = raw;
    // Whoever merged it into the head would read another message (RFC 9110 §6.5.1).
    if (firstValue(raw, 'content-length') !== undefined) this.#refuseBody();
  };

  readonly #onData = (bytes: Buffer): void => {
    if (this.#left !== undefined) this.#left -= bytes.length;
    if (this.#left !== undefined && this.#left < 0) this.#refuseBody();
    else {
      this.body.part(bytes);
      this.body.flush();
    }
  };

  readonly #onEnd = (): void => {
    if (this.#left !== undefined && this.#left !== 0) {
      this.#refuseBody();
      return;
    }
    this.body.complete(this.#trailers.request);
    this.body.flush();
  };

  /** RFC 9113 §8.1.1: who forwarded it would have two ideas of its end. */
  #refuseBody(): void {
    this.#stream.close(constants.NGHTTP2_PROTOCOL_ERROR);
  }

  readonly #onDrain = (): void => {
    if (this.#state.kind !== 'over') this.#events?.drained();
  };

  readonly #onFinish = (): void => {
    if (!this.#waitsForTrailers) this.#stopBody();
  };

  /** RFC 9113 §8.1: nobody wants the rest of a request that has been answered. */
  #stopBody(): void {
    if (!this.body.isComplete) this.#stream.close(constants.NGHTTP2_NO_ERROR);
  }

  #leave(): void {
    if (!this.#isAttended) return;
    this.#isAttended = false;
    this.#owner.unattended();
  }

  readonly #onClose = (): void => {
    if (this.#state.kind === 'over') return;
    const isWhole = this.#state.kind === 'ending' && this.#stream.rstCode === constants.NGHTTP2_NO_ERROR;
    this.#state = { kind: 'over' };
    this.#parts = [];
    this.#leave();
    this.#owner.closed(isWhole);
    if (isWhole) this.#events?.finished();
    else this.#events?.left(this.#stream.rstCode === constants.NGHTTP2_PROTOCOL_ERROR ? 400 : undefined);
  };
}

/** Statuses whose answers end with their head. */
const bodiless: ReadonlySet<number> = new Set([204, 205, 304]);

function withoutLength(headers: RawHeaders): RawHeaders {
  return headers.filter((_, i) => headers[i - (i % 2)]?.toLowerCase() !== 'content-length');
}
