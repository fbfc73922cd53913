import { Socket } from 'node:net';

type Written = (error?: Error | null) => void;

/**
 * A socket whose failed writing does not close it. An upstream that answers before it has read the whole request and then closes makes
 * the next write fail, and closing at once would throw its answer away, which has arrived but has not been read (RFC 9112 §9.5).
 * What reading then meets, the answer or the end, decides.
 */
export class UpstreamSocket extends Socket {
  #isPatient = true;

  /** From here on a failed write closes it, as it closes any socket. */
  endPatience(): void {
    this.#isPatient = false;
  }

  override _write(chunk: unknown, encoding: BufferEncoding, written: Written): void {
    super._write(chunk, encoding, (error) => this.#told(error, written));
  }

  override _writev(chunks: { chunk: unknown; encoding: BufferEncoding }[], written: Written): void {
    super._writev?.(chunks, (error) => this.#told(error, written));
  }

  #told(error: Error | null | undefined, written: Written): void {
    if (!error || !this.#isPatient) written(error);
  }
}
