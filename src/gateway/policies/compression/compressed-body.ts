import { keepFields, type RawHeaders } from '../../headers/raw-headers.js';
import { type AnswerPart, copyOf } from '../../http1/answer-part.js';
import type { AnswerSink, SinkEvents } from '../../serving/answer-sink.js';
import type { Coder } from './coders.js';
import { isAboutBytes } from './compressed-fields.js';

/**
 * Compresses a body on its way, as fast as what lies behind takes it. Whatever has come is given out when nothing more is waiting, so
 * that a slow stream is not held back; while the coder is busy, parts gather and are flushed together.
 */
export class CompressedBody implements AnswerSink {
  readonly #coder: Coder;
  readonly #next: AnswerSink;
  #trailers: RawHeaders = [];
  /** Whether something was written behind the last flush. */
  #isUnflushed = false;
  #isFlushing = false;

  constructor(coder: Coder, next: AnswerSink, events: SinkEvents) {
    this.#coder = coder;
    this.#next = next;
    const { stream } = coder;
    stream.on('data', this.#onData).on('end', this.#onEnd);
    stream.on('drain', () => events.drained()).on('error', (error) => events.lost(error));
  }

  get isBlocked(): boolean {
    return this.#coder.stream.writableNeedDrain;
  }

  part(part: AnswerPart): void {
    this.#coder.stream.write(copyOf(part));
    this.#isUnflushed = true;
  }

  flush(): void {
    if (!this.#isUnflushed || this.#isFlushing) return;
    this.#isUnflushed = false;
    this.#isFlushing = true;
    this.#coder.stream.flush(this.#coder.flushKind, this.#onFlushed);
  }

  end(trailers: RawHeaders): void {
    this.#isUnflushed = false;
    this.#trailers = keepFields(trailers, (name) => !isAboutBytes(name));
    this.#coder.stream.end();
  }

  resume(): void {
    this.#next.resume?.();
    if (!this.#next.isBlocked) this.#coder.stream.resume();
  }

  readonly #onFlushed = (error?: Error | null): void => {
    this.#isFlushing = false;
    if (!error && !this.#coder.stream.writableEnded) this.flush();
  };

  readonly #onData = (part: Buffer): void => {
    this.#next.part(part);
    this.#next.flush();
    if (this.#next.isBlocked) this.#coder.stream.pause();
  };

  readonly #onEnd = (): void => this.#next.end(this.#trailers);
}
