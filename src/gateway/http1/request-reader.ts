import type { RawHeaders } from '../headers/raw-headers.js';
import { type BodyReader, bodyReader, type PartSink } from './body-reader.js';
import type { Framing } from './framing.js';
import { type HeadLimits, HeadReader } from './head-reader.js';
import type { Refusal } from './refusal.js';
import { requestFraming } from './request-framing.js';
import { type RequestLine, readRequestLine } from './request-line.js';

export interface RequestHead {
  readonly method: string;
  /** As it came: visible ASCII. */
  readonly target: string;
  readonly httpVersion: '1.0' | '1.1';
  readonly headers: RawHeaders;
  /** The header fields as they came, where that is what `fieldLines` makes of them. */
  readonly lines: string | undefined;
}

export interface RequestSink extends PartSink {
  begun(head: RequestHead, framing: Framing): void;
  ended(trailers: RawHeaders): void;
}

type State = { kind: 'head' } | { kind: 'body'; body: BodyReader } | { kind: 'done' };

/** Reads the requests on one connection. It stops behind each, until `next`. */
export class RequestReader {
  readonly #limits: HeadLimits;
  readonly #heads: HeadReader<RequestLine>;
  #state: State = { kind: 'head' };

  constructor(limits: HeadLimits) {
    this.#limits = limits;
    this.#heads = new HeadReader(readRequestLine, limits);
  }

  /** Whether nothing of a next request has come. */
  get isIdle(): boolean {
    return this.#state.kind === 'head' && this.#heads.isEmpty;
  }

  get isDone(): boolean {
    return this.#state.kind === 'done';
  }

  next(): void {
    this.#state = { kind: 'head' };
  }

  /** Tells what the bytes hold; gives back where the request ends in them, or where they end. */
  read(bytes: Buffer, from: number, sink: RequestSink): number | Refusal {
    let at: number | Refusal = from;
    while (typeof at === 'number' && at < bytes.length) {
      const state = this.#state;
      if (state.kind === 'done') return at;
      at = state.kind === 'head' ? this.#readHead(bytes, at, sink) : this.#readBody(state.body, bytes, at, sink);
    }
    return at;
  }

  #readHead(bytes: Buffer, from: number, sink: RequestSink): number | Refusal {
    const read = this.#heads.read(bytes, from);
    if (read === undefined) return bytes.length;
    if (read.kind === 'refused') return read;
    const { method, target, httpVersion } = read.line;
    const framing = requestFraming(read.fields, httpVersion);
    if (framing.kind === 'refused') return framing;
    this.#state =
      framing.kind === 'none' ? { kind: 'done' } : { kind: 'body', body: bodyReader(framing, this.#limits) };
    sink.begun({ method, target, httpVersion, headers: read.fields, lines: read.lines }, framing);
    if (framing.kind === 'none') sink.ended([]);
    return read.next;
  }

  #readBody(body: BodyReader, bytes: Buffer, from: number, sink: RequestSink): number | Refusal {
    const at = body.read(bytes, from, sink);
    if (typeof at !== 'number' || !body.isDone) return at;
    this.#state = { kind: 'done' };
    sink.ended(body.trailers);
    return at;
  }
}
