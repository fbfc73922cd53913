import { type BrotliCompress, constants, createBrotliCompress, createGzip, type Gzip } from 'node:zlib';
import type { Coding } from './accept-encoding.js';

/** A stream of zlib, and how it is told to give out what it has. */
export interface Coder {
  readonly stream: BrotliCompress | Gzip;
  readonly flushKind: number;
}

/** What waits before a coder, and behind it, in bytes. */
const HELD_BYTES = 64 * 1024;
/** The usual 4 MB of a brotli window are for files that nobody waits for. */
const BROTLI_WINDOW_BITS = 18;
/** On text, about as small as gzip's best, for the same time. */
const BROTLI_QUALITY = 4;
const GZIP_LEVEL = 5;

/** The coders of a gateway that are open: each holds up to 1 MB, so their number is bounded. */
export class Coders {
  #open = 0;

  constructor(readonly most: number = 48) {}

  get open(): number {
    return this.#open;
  }

  /** Undefined where too many are open. Each one needs a {@link close}. */
  take(coding: Coding, length: number | undefined): Coder | undefined {
    if (this.#open >= this.most) return undefined;
    const coder = coding === 'br' ? brotli(length) : gzip();
    this.#open += 1;
    return coder;
  }

  close({ stream }: Coder): void {
    this.#open -= 1;
    stream.destroy();
  }
}

function brotli(length: number | undefined): Coder {
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY,
    [constants.BROTLI_PARAM_LGWIN]: BROTLI_WINDOW_BITS,
    ...(length === undefined ? {} : { [constants.BROTLI_PARAM_SIZE_HINT]: length }),
  };
  const stream = createBrotliCompress({ params, ...heldBytes });
  return { stream, flushKind: constants.BROTLI_OPERATION_FLUSH };
}

function gzip(): Coder {
  return { stream: createGzip({ level: GZIP_LEVEL, ...heldBytes }), flushKind: constants.Z_SYNC_FLUSH };
}

const heldBytes = { highWaterMark: HELD_BYTES };
