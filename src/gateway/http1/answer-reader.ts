import { listMembers, type RawHeaders } from '../headers/raw-headers.js';
import { answerFraming } from './answer-framing.js';
import { type BodyReader, bodyReader, type PartSink } from './body-reader.js';
import type { Framing } from './framing.js';
import { type Head, type HeadLimits, HeadReader } from './head-reader.js';
import { type Refusal, refuse } from './refusal.js';
import { readStatusLine, type StatusLine } from './status-line.js';

/** An answer up to its body. */
export interface AnswerHead {
  readonly status: number;
  readonly reason: string;
  readonly httpVersion: '1.0' | '1.1';
  readonly headers: RawHeaders;
  /** The header fields as they came, where that is what `fieldLines` makes of them. */
  readonly lines?: string | undefined;
}

export interface AnswerSink extends PartSink {
  /** An interim answer (1xx) other than 101. */
  informed(head: AnswerHead): void;
  /** The head of the final answer. */
  answered(head: AnswerHead, framing: Framing): void;
  /** A 101: what follows is not HTTP. */
  switched(head: AnswerHead): void;
  ended(trailers: RawHeaders): void;
}

type State =
  | { kind: 'head' }
  | { kind: 'body'; body: BodyReader; isEndless: boolean; keepsAlive: boolean }
  | { kind: 'done'; keepsAlive: boolean };

/** Interim answers before a final one; nobody sends so many. */
const MOST_INTERIM = 64;

/** Reads the answers on one connection, one for each `expect`. */
export class AnswerReader {
  readonly #limits: HeadLimits;
  readonly #heads: HeadReader<StatusLine>;
  #state: State = { kind: 'done', keepsAlive: true };
  #method = '';
  #interim = 0;
  #hasBegun = false;

  constructor(limits: HeadLimits) {
    this.#limits = limits;
    this.#heads = new HeadReader(readStatusLine, limits);
  }

  /** Whether a byte of the answer has come. */
  get hasBegun(): boolean {
    return this.#hasBegun;
  }

  /** Whether the answer is complete. */
  get isDone(): boolean {
    return this.#state.kind === 'done';
  }

  /** Whether another answer may follow on the connection (RFC 9112 §9.3). */
  get keepsAlive(): boolean {
    return this.#state.kind !== 'head' && this.#state.keepsAlive;
  }

  expect(method: string): void {
    this.#method = method;
    this.#interim = 0;
    this.#hasBegun = false;
    this.#state = { kind: 'head' };
  }

  /** Tells what the bytes hold; gives back where the answer ends in them, or where they end. */
  read(bytes: Buffer, from: number, sink: AnswerSink): number | Refusal {
    this.#hasBegun = true;
    let at: number | Refusal = from;
    while (typeof at === 'number' && at < bytes.length) {
      const state = this.#state;
      if (state.kind === 'done') return at;
      at = state.kind === 'head' ? this.#readHead(bytes, at, sink) : this.#readBody(state.body, bytes, at, sink);
    }
    return at;
  }

  /** The connection has ended: true where that is the end of the answer. */
  close(sink: AnswerSink): boolean {
    if (this.#state.kind !== 'body' || !this.#state.isEndless) return false;
    this.#state = { kind: 'done', keepsAlive: false };
    sink.ended([]);
    return true;
  }

  #readHead(bytes: Buffer, from: number, sink: AnswerSink): number | Refusal {
    const read = this.#heads.read(bytes, from);
    if (read === undefined) return bytes.length;
    if (read.kind === 'refused') return read;
    const head = headOf(read);
    const framing = answerFraming(head, this.#method);
    if (framing.kind === 'refused') return framing;
    return (head.status < 200 ? this.#inform(head, sink) : this.#answer(head, framing, sink)) ?? read.next;
  }

  #inform(head: AnswerHead, sink: AnswerSink): Refusal | undefined {
    if (head.status === 101) {
      this.#state = { kind: 'done', keepsAlive: false };
      sink.switched(head);
      return undefined;
    }
    // RFC 9112 §9.6: nothing may follow a close, and HTTP/1.0 has no interim answers.
    if (!isPersistent(head)) return refuse(400, 'An interim answer closes the connection.');
    if (++this.#interim > MOST_INTERIM) return refuse(400, 'There are too many interim answers.');
    sink.informed(head);
    return undefined;
  }

  #answer(head: AnswerHead, framing: Framing, sink: AnswerSink): undefined {
    const keepsAlive = framing.kind !== 'until-close' && isPersistent(head);
    if (framing.kind === 'none') this.#state = { kind: 'done', keepsAlive };
    else {
      const isEndless = framing.kind === 'until-close';
      this.#state = { kind: 'body', body: bodyReader(framing, this.#limits), isEndless, keepsAlive };
    }
    sink.answered(head, framing);
    if (framing.kind === 'none') sink.ended([]);
  }

  #readBody(body: BodyReader, bytes: Buffer, from: number, sink: AnswerSink): number | Refusal {
    const at = body.read(bytes, from, sink);
    if (typeof at !== 'number' || !body.isDone) return at;
    this.#state = { kind: 'done', keepsAlive: this.keepsAlive };
    sink.ended(body.trailers);
    return at;
  }
}

function headOf({ line, fields, lines }: Head<StatusLine>): AnswerHead {
  return { status: line.status, reason: line.reason, httpVersion: line.httpVersion, headers: fields, lines };
}

function isPersistent({ httpVersion, headers }: AnswerHead): boolean {
  const options = listMembers(headers, 'connection');
  return httpVersion === '1.1' && !options.includes('close');
}
