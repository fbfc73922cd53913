import type { AnswerSink } from './answer-sink.js';

const SLICE_BYTES = 64 * 1024;

/** A body that is all there, on its way to a client that takes it piece by piece. */
export class Replay {
  readonly #body: Buffer;
  #at = 0;

  constructor(body: Buffer) {
    this.#body = body;
  }

  /** Writes as much as the sink takes; says whether that was the rest, which then goes with the end. */
  pour(sink: AnswerSink): boolean {
    while (this.#at < this.#body.length) {
      if (sink.isBlocked) return false;
      const end = Math.min(this.#at + SLICE_BYTES, this.#body.length);
      sink.part(this.#body.subarray(this.#at, end));
      this.#at = end;
      if (end < this.#body.length) sink.flush();
    }
    return true;
  }
}
