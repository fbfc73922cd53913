/** What one read can bring: an answer of 64 KB with its head comes in one piece. */
export const MOST_READ = 72 * 1024;
const MOST_BUFFERS = 16;

/** A copy of a part, to be given back once it has been written. */
export interface PartCopy {
  readonly bytes: Buffer;
  /** What it lies in; undefined where it lies in bytes of its own. */
  readonly buffer: Buffer | undefined;
}

/**
 * Where parts lie that are on their way to a client, which mostly takes them at once. These few buffers, each for one part, are used
 * again and again: new ones would have the collector at work for a third of the time. Where clients that do not read hold all of them,
 * it is so for the others.
 */
export class WriteBuffers {
  readonly #free: Buffer[] = [];
  #made = 0;

  copy(part: Buffer): PartCopy {
    const buffer = part.length <= MOST_READ ? this.#take() : undefined;
    if (buffer === undefined) return { bytes: Buffer.from(part), buffer };
    part.copy(buffer);
    return { bytes: buffer.subarray(0, part.length), buffer };
  }

  giveBack({ buffer }: PartCopy): void {
    if (buffer !== undefined) this.#free.push(buffer);
  }

  /** Nobody knows whether a write that failed is done with it: its buffer is not used again. */
  abandon({ buffer }: PartCopy): void {
    if (buffer !== undefined) this.#made -= 1;
  }

  #take(): Buffer | undefined {
    const free = this.#free.pop();
    if (free !== undefined || this.#made === MOST_BUFFERS) return free;
    this.#made += 1;
    return Buffer.allocUnsafeSlow(MOST_READ);
  }
}
