import { BASIC_CLASS, FRAME } from '../codec/frame.js';
import type { MethodNamed } from '../codec/method-spec.js';
import { octetsOf } from '../codec/octets.js';
import { AmqpError } from '../errors.js';
import type { HeldBytes } from '../store/held-bytes.js';

/** A publish with its whole content: the property list, then the body. */
export interface Published {
  readonly method: MethodNamed<'basic.publish'>;
  readonly content: Buffer;
  readonly bodyAt: number;
}

/** Contents up to this size get their memory at once; larger ones as their frames arrive, so that a claim alone costs nothing. */
const PREALLOCATED = 131_072;

type State =
  | { kind: 'idle' }
  | { kind: 'header'; method: MethodNamed<'basic.publish'> }
  | { kind: 'body'; method: MethodNamed<'basic.publish'>; bodyAt: number; missing: number; content: Buffer; at: number }
  | { kind: 'large-body'; method: MethodNamed<'basic.publish'>; bodyAt: number; missing: number; parts: Buffer[] };

/** Joins basic.publish, its content header and its body frames (AMQP 0-9-1 §4.2.6). */
export class ContentAssembler {
  private state: State = { kind: 'idle' };
  private readonly largest: number;
  private readonly held: HeldBytes;
  /** What it added to `held`. */
  private gathered = 0;

  /** Bodies may have so many bytes; `held` counts those of a body that is not complete. */
  constructor(largest: number, held: HeldBytes) {
    this.largest = largest;
    this.held = held;
  }

  get expecting(): boolean {
    return this.state.kind !== 'idle';
  }

  begin(method: MethodNamed<'basic.publish'>): void {
    this.state = { kind: 'header', method };
  }

  /** Lets go of a content that will not be completed. */
  drop(): void {
    this.state = { kind: 'idle' };
    this.gather(-this.gathered);
  }

  header(buffer: Buffer, start: number, end: number): Published | undefined {
    const { state } = this;
    if (end - start < 14)
      throw new AmqpError('FRAME_ERROR', `${octetsOf(FRAME.HEADER, buffer, start, end)}: unknown_frame`);
    if (state.kind !== 'header') throw unexpected(state);
    const classId = buffer.readUInt16BE(start);
    if (classId !== BASIC_CLASS) throw expected(`content header for class 60, got one for class ${classId}`);
    const size = buffer.readUInt32BE(start + 4) * 0x1_0000_0000 + buffer.readUInt32BE(start + 8);
    if (size > this.largest) {
      this.state = { kind: 'idle' };
      throw new AmqpError(
        'PRECONDITION_FAILED',
        `message size ${size} is larger than configured max size ${this.largest}`,
      );
    }
    const { method } = state;
    const list = start + 12;
    const bodyAt = end - list;
    if (bodyAt + size <= PREALLOCATED) {
      const content = Buffer.allocUnsafe(bodyAt + size);
      buffer.copy(content, 0, list, end);
      this.state = { kind: 'body', method, bodyAt, missing: size, content, at: bodyAt };
      this.gather(content.length);
    } else {
      this.state = {
        kind: 'large-body',
        method,
        bodyAt,
        missing: size,
        parts: [Buffer.from(buffer.subarray(list, end))],
      };
    }
    return size === 0 ? this.complete() : undefined;
  }

  body(buffer: Buffer, start: number, end: number): Published | undefined {
    const { state } = this;
    if (state.kind !== 'body' && state.kind !== 'large-body') {
      throw unexpected(state);
    }
    if (end - start > state.missing) throw new AmqpError('FRAME_ERROR', 'content body longer than its header says');
    state.missing -= end - start;
    if (state.kind === 'body') state.at += buffer.copy(state.content, state.at, start, end);
    else {
      state.parts.push(Buffer.from(buffer.subarray(start, end)));
      this.gather(end - start);
    }
    return state.missing === 0 ? this.complete() : undefined;
  }

  private complete(): Published {
    const { state } = this;
    this.drop();
    if (state.kind === 'body') return { method: state.method, content: state.content, bodyAt: state.bodyAt };
    if (state.kind === 'large-body')
      return { method: state.method, content: Buffer.concat(state.parts), bodyAt: state.bodyAt };
    throw new AmqpError('INTERNAL_ERROR', 'content completed out of turn');
  }

  private gather(bytes: number): void {
    this.gathered += bytes;
    this.held.incoming += bytes;
  }
}

/** RabbitMQ's words for a frame out of turn. */
function unexpected({ kind }: State): AmqpError {
  switch (kind) {
    case 'idle':
      return new AmqpError('UNEXPECTED_FRAME', 'expected method frame, got non method frame instead');
    case 'header':
      return expected('content header for class 60, got non content header frame');
    case 'body':
    case 'large-body':
      return expected('content body, got non content body frame');
    default:
      throw kind satisfies never;
  }
}

function expected(what: string): AmqpError {
  return new AmqpError('UNEXPECTED_FRAME', `expected ${what} instead`, 'basic.publish');
}
