/** As much as one read brings. */
const BUFFER_BYTES = 72 * 1024;
const MOST_BUFFERS = 16;

/** A copy of a part, to be given back once it has been written. */
export interface PartCopy {
  readonly bytes: Buffer;
  /** What it lies in; undefined where it lies in bytes of its own. */
  readonly buffer: Buffer | undefined;
}

/**
 * Where parts lie that are on their way to a client, which mostly takes them at once. These few buffers are used again and again: new
 * ones for each part would have the collector at work for a third of the time.
 */
export class WriteBuffers {
  readonly #free: Buffer[] = [];
  #made = 0;

  copy(part: Buffer): PartCopy {
    const buffer = part.length <= BUFFER_BYTES ? this.#take() : undefined;
    if (buffer === undefined) return { bytes: Buffer.from(part), buffer };
    part.copy(buffer);
    return { bytes: buffer.subarray(0, part.length), buffer };
  }

  giveBack({ buffer }: PartCopy): void {
    if (buffer !== undefined) this.#free.push(buffer);
  }

  /** A socket that was closed may still read it: its buffer is not used again. */
  abandon({ buffer }: PartCopy): void {
    if (buffer !== undefined) this.#made -= 1;
  }

  #take(): Buffer | undefined {
    const free = this.#free.pop();
    if (free !== undefined || this.#made === MOST_BUFFERS) return free;
    this.#made += 1;
    return Buffer.allocUnsafeSlow(BUFFER_BYTES);
  }
}
