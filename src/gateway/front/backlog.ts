const MOST_PIECES = 64;

/** What a client has sent behind the request that is served. */
export class Backlog {
  readonly #mostBytes: number;
  #pieces: Buffer[] = [];
  #bytes = 0;

  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
  }

  get isEmpty(): boolean {
    return this.#pieces.length === 0;
  }

  /** Whether the client must wait before it sends more, be it few bytes in many pieces. */
  get isFull(): boolean {
    return this.#bytes >= this.#mostBytes || this.#pieces.length > MOST_PIECES;
  }

  add(bytes: Buffer): void {
    this.#pieces.push(bytes);
    this.#bytes += bytes.length;
  }

  /** What is left of the piece that was taken last. */
  putBack(bytes: Buffer): void {
    this.#pieces.unshift(bytes);
    this.#bytes += bytes.length;
  }

  /** The oldest piece. */
  take(): Buffer | undefined {
    const bytes = this.#pieces.shift();
    this.#bytes -= bytes?.length ?? 0;
    return bytes;
  }

  /** All pieces, the oldest first. */
  takeAll(): Buffer[] {
    this.#bytes = 0;
    return this.#pieces.splice(0);
  }
}
