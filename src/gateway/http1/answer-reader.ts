import { listMembers, type RawHeaders } from '../headers/raw-headers.js';
import { answerFraming } from './answer-framing.js';
import { type AnswerPart, copyOf } from './answer-part.js';
import { type BodyReader, bodyReader } from './body-reader.js';
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

/** The head with other header fields: what came as lines is not about them. */
export function withHeaders({ status, reason, httpVersion }: AnswerHead, headers: RawHeaders): AnswerHead {
  return { status, reason, httpVersion, headers };
}

export interface AnswerSink {
  /** An interim answer (1xx) other than 101. */
  informed(head: AnswerHead): void;
  /** The head of the final answer. */
  answered(head: AnswerHead, framing: Framing): void;
  /** A 101: what follows is not HTTP. */
  switched(head: AnswerHead): void;
  part(part: AnswerPart): void;
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

  /** Tells what a piece holds, be it bytes or latin1 text; gives back where the answer ends in it, or where it ends. */
  read(piece: Buffer | string, sink: AnswerSink): number | Refusal {
    this.#hasBegun = true;
    if (typeof piece !== 'string') return this.#readBytes(piece, sink);
    return this.#readWhole(piece, sink) ?? this.#readBytes(copyOf(piece), sink);
  }

  /** As most short answers come: head and body, of which nothing is kept for a next piece. Otherwise nothing is told. */
  #readWhole(text: string, sink: AnswerSink): number | undefined {
    if (this.#state.kind !== 'head') return undefined;
    const read = this.#heads.readText(text);
    if (read === undefined || read.kind === 'refused') return undefined;
    const head = headOf(read);
    const framing = answerFraming(head, this.#method);
    if (head.status < 200 || framing.kind !== 'length') return undefined;
    const end = read.next + framing.length;
    if (end > text.length) return undefined;
    this.#state = { kind: 'done', keepsAlive: isPersistent(head) };
    sink.answered(head, framing);
    sink.part(text.slice(read.next, end));
    sink.ended([]);
    return end;
  }

  #readBytes(bytes: Buffer, sink: AnswerSink): number | Refusal {
    let at: number | Refusal = 0;
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
