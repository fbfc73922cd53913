import { BASIC_CLASS, FRAME, FRAME_OVERHEAD } from '../codec/frame.js';
import type { MethodNamed } from '../codec/method-spec.js';
import { octetsOf } from '../codec/octets.js';
import { AmqpError } from '../errors.js';
import type { HeldBytes } from '../store/held-bytes.js';

/** A publish with its whole content: the property list, then the body. The content may be part of the buffer that it was read in. */
export interface Published {
  readonly method: MethodNamed<'basic.publish'>;
  readonly content: Buffer;
  readonly bodyAt: number;
}

/** Contents up to this size get their memory at once; larger ones as their frames arrive, so that a claim alone costs nothing. */
const PREALLOCATED = 131_072;

type Method = MethodNamed<'basic.publish'>;

type State =
  | { kind: 'idle' }
  | { kind: 'header'; method: Method }
  /** The content header has come; its property list lies at `buffer[listAt..listEnd)`. */
  | { kind: 'list'; method: Method; buffer: Buffer; listAt: number; listEnd: number; size: number }
  | { kind: 'body'; method: Method; bodyAt: number; missing: number; content: Buffer; at: number }
  | { kind: 'large-body'; method: Method; bodyAt: number; missing: number; parts: Buffer[] };

const IDLE: State = { kind: 'idle' };

/** Joins basic.publish, its content header and its body frames (AMQP 0-9-1 §4.2.6). */
export class ContentAssembler {
  private state: State = IDLE;
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

  begin(method: Method): void {
    this.state = { kind: 'header', method };
  }

  /** Lets go of a content that will not be completed. */
  drop(): void {
    this.state = IDLE;
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
      this.state = IDLE;
      throw new AmqpError(
        'PRECONDITION_FAILED',
        `message size ${size} is larger than configured max size ${this.largest}`,
      );
    }
    const { method } = state;
    const listAt = start + 12;
    if (size === 0) return this.complete(method, Buffer.from(buffer.subarray(listAt, end)), end - listAt);
    this.state = { kind: 'list', method, buffer, listAt, listEnd: end, size };
    this.gather(buffer.buffer.byteLength);
    return undefined;
  }

  body(buffer: Buffer, start: number, end: number): Published | undefined {
    let { state } = this;
    if (state.kind === 'list') {
      const { method, listAt, listEnd } = state;
      const whole = end - start === state.size && state.buffer === buffer && listEnd + FRAME_OVERHEAD === start;
      if (whole) return this.complete(method, joinInPlace(buffer, listAt, listEnd, start, end), listEnd - listAt);
      state = this.state = this.beginBody(state);
    }
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
    if (state.missing > 0) return undefined;
    const content = state.kind === 'body' ? state.content : Buffer.concat(state.parts);
    return this.complete(state.method, content, state.bodyAt);
  }

  private beginBody({ method, buffer, listAt, listEnd, size }: Extract<State, { kind: 'list' }>): State {
    this.drop();
    const list = buffer.subarray(listAt, listEnd);
    const bodyAt = list.length;
    if (bodyAt + size > PREALLOCATED) {
      return { kind: 'large-body', method, bodyAt, missing: size, parts: [Buffer.from(list)] };
    }
    const content = Buffer.allocUnsafe(bodyAt + size);
    this.gather(content.length);
    return { kind: 'body', method, bodyAt, missing: size, content, at: list.copy(content) };
  }

  private complete(method: Method, content: Buffer, bodyAt: number): Published {
    this.drop();
    return { method, content, bodyAt };
  }

  private gather(bytes: number): void {
    this.gathered += bytes;
    this.held.incoming += bytes;
  }
}

/** Moves the property list beside the body, over the octets between the two frames, which nobody reads any more. */
function joinInPlace(buffer: Buffer, listAt: number, listEnd: number, start: number, end: number): Buffer {
  const contentAt = start - (listEnd - listAt);
  buffer.copyWithin(contentAt, listAt, listEnd);
  return buffer.subarray(contentAt, end);
}

/** RabbitMQ's words for a frame out of turn. */
function unexpected({ kind }: State): AmqpError {
  switch (kind) {
    case 'idle':
      return new AmqpError('UNEXPECTED_FRAME', 'expected method frame, got non method frame instead');
    case 'header':
      return expected('content header for class 60, got non content header frame');
    case 'list':
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
