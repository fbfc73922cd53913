import type { RawHeaders } from '../headers/raw-headers.js';
import type { BodySink } from './request-body.js';

/** Lets so many bytes of a body through; of a longer one nothing more, and never its end. */
export class LimitedBody implements BodySink {
  readonly #sink: BodySink;
  readonly #onTooLong: () => void;
  #left: number;

  constructor(sink: BodySink, maxBytes: number, onTooLong: () => void) {
    this.#sink = sink;
    this.#left = maxBytes;
    this.#onTooLong = onTooLong;
  }

  part(part: Buffer): void {
    if (this.#left < 0) return;
    this.#left -= part.length;
    if (this.#left < 0) this.#onTooLong();
    else this.#sink.part(part);
  }

  end(trailers: RawHeaders): void {
    if (this.#left >= 0) this.#sink.end(trailers);
  }

  flush(): boolean {
    return this.#left >= 0 && this.#sink.flush();
  }
}
