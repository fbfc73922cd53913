import type { RawHeaders } from '../headers/raw-headers.js';
import { ChunkedReader } from './chunked-reader.js';
import type { Framing } from './framing.js';
import type { HeadLimits } from './head-reader.js';
import type { Refusal } from './refusal.js';

/** Takes the parts of a body: pieces of what was read, which are not copied. */
export interface PartSink {
  part(part: Buffer): void;
}

/** Reads one body. */
export interface BodyReader {
  readonly isDone: boolean;
  readonly trailers: RawHeaders;
  /** Hands on what of the bytes belongs to the body, and gives back where that ends. */
  read(bytes: Buffer, from: number, sink: PartSink): number | Refusal;
}

export function bodyReader(framing: Exclude<Framing, { kind: 'none' }>, limits: HeadLimits): BodyReader {
  switch (framing.kind) {
    case 'length':
      return new LengthReader(framing.length);
    case 'chunked':
      return new ChunkedReader(limits);
    case 'until-close':
      return new LengthReader(Number.POSITIVE_INFINITY);
    default:
      return framing satisfies never;
  }
}

const none: RawHeaders = [];

class LengthReader implements BodyReader {
  readonly trailers = none;
  #left: number;

  constructor(length: number) {
    this.#left = length;
  }

  get isDone(): boolean {
    return this.#left === 0;
  }

  read(bytes: Buffer, from: number, sink: PartSink): number {
    const end = Math.min(bytes.length, from + this.#left);
    this.#left -= end - from;
    sink.part(from === 0 && end === bytes.length ? bytes : bytes.subarray(from, end));
    return end;
  }
}
