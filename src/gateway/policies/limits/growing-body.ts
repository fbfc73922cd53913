/** Where bodies are kept, as far as there is room. */
export interface Room {
  /** Each true needs a {@link free}. */
  reserve(bytes: number): boolean;
  free(bytes: number): void;
}

const FIRST_BYTES = 4 * 1024;

/** A body that is copied part by part, as long as there is room for it. */
export class GrowingBody {
  #bytes = Buffer.alloc(0);
  #length = 0;

  constructor(
    readonly room: Room,
    readonly maxBytes: number,
  ) {}

  /** Says whether there was room; without it the body is gone. */
  add(part: Buffer): boolean {
    const length = this.#length + part.length;
    if (length > this.maxBytes || (length > this.#bytes.length && !this.#grow(length))) {
      this.drop();
      return false;
    }
    part.copy(this.#bytes, this.#length);
    this.#length = length;
    return true;
  }

  get length(): number {
    return this.#length;
  }

  /** The whole body, in memory of its own. The room is given back. */
  take(): Buffer {
    const whole = Buffer.allocUnsafeSlow(this.#length);
    this.#bytes.copy(whole, 0, 0, this.#length);
    this.drop();
    return whole;
  }

  drop(): void {
    this.room.free(this.#bytes.length);
    this.#bytes = Buffer.alloc(0);
    this.#length = 0;
  }

  #grow(least: number): boolean {
    const size = Math.min(this.maxBytes, Math.max(least, 2 * this.#bytes.length, FIRST_BYTES));
    if (!this.room.reserve(size)) return false;
    const larger = Buffer.allocUnsafeSlow(size);
    this.#bytes.copy(larger, 0, 0, this.#length);
    this.room.free(this.#bytes.length);
    this.#bytes = larger;
    return true;
  }
}
