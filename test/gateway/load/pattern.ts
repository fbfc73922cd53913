import { randomBytes } from 'node:crypto';

/** A prime, so that no chunk of a round size comes twice at the same place of it. */
const PERIOD = 1_048_573;
const LONGEST = 2 ** 19;

/** An endless text in which every byte has its place. */
export class Pattern {
  /** Twice the same, so that a part that runs over the end is one piece. */
  readonly #block: Buffer;

  constructor() {
    const block = randomBytes(PERIOD);
    this.#block = Buffer.concat([block, block]);
  }

  /** So many bytes from a place on, at most half a mebibyte. */
  at(place: number, length: number): Buffer {
    const from = place % PERIOD;
    return this.#block.subarray(from, from + length);
  }

  /** The length of what came; NaN where a byte of it was not in its place. */
  async lengthOf(parts: AsyncIterable<Buffer>): Promise<number> {
    let length = 0;
    for await (const part of parts) {
      for (let from = 0; from < part.length; from += LONGEST) {
        const piece = part.subarray(from, from + LONGEST);
        if (!piece.equals(this.at(length, piece.length))) return Number.NaN;
        length += piece.length;
      }
    }
    return length;
  }
}
