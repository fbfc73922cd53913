/** What one read can bring: an answer of 64 KB with its head comes in one piece. */
const READ_BYTES = 72 * 1024;

/**
 * Where all connections to the upstreams read to. Each read is copied from there before the next one: a few bytes cost less to copy
 * than a new buffer for each read, most of which stays empty.
 */
export class ReadBuffer {
  readonly #bytes = Buffer.allocUnsafeSlow(READ_BYTES);

  /** As `onread` of `net.Socket` takes it. */
  get target(): Buffer {
    return this.#bytes;
  }

  /** What was read, for whoever wants to keep it. */
  copy(length: number): Buffer {
    const bytes = Buffer.allocUnsafe(length);
    this.#bytes.copy(bytes, 0, 0, length);
    return bytes;
  }
}
