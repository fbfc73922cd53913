import type { Turn } from '../timing/turn.js';

const ROOM_BYTES = 256 * 1024;
/** What is longer costs more to copy than it brings to have it wait. */
const MOST_BYTES = 8 * 1024;

/** Where short answers lie from when they are read until the end of the turn: what they were read to is read to again. */
export class Arrivals {
  readonly #turn: Turn;
  readonly #room = Buffer.allocUnsafeSlow(ROOM_BYTES);
  #used = 0;
  #number = 0;

  constructor(turn: Turn) {
    this.#turn = turn;
  }

  /** A copy that holds until the turn has ended; undefined where there is no room for it. */
  keep(bytes: Buffer): Buffer | undefined {
    if (this.#number !== this.#turn.number) this.#used = 0;
    this.#number = this.#turn.number;
    const end = this.#used + bytes.length;
    if (bytes.length > MOST_BYTES || end > ROOM_BYTES) return undefined;
    bytes.copy(this.#room, this.#used);
    const copy = this.#room.subarray(this.#used, end);
    this.#used = end;
    return copy;
  }
}
