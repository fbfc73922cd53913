import type { RawHeaders } from '../../headers/raw-headers.js';
import { type AnswerPart, copyOf } from '../../http1/answer-part.js';
import type { AnswerSink } from '../../serving/answer-sink.js';
import type { GrowingBody } from '../limits/growing-body.js';

/** Hands a body on as it comes, and keeps a copy as long as there is room for it. */
export class StoringBody implements AnswerSink {
  #isKept = true;

  constructor(
    readonly copy: GrowingBody,
    readonly next: AnswerSink,
    readonly told: { whole(body: Buffer): void; tooLarge(): void },
  ) {}

  get isBlocked(): boolean {
    return this.next.isBlocked;
  }

  part(part: AnswerPart): void {
    if (this.#isKept && !this.copy.add(typeof part === 'string' ? copyOf(part) : part)) {
      this.#isKept = false;
      this.told.tooLarge();
    }
    this.next.part(part);
  }

  flush(): void {
    this.next.flush();
  }

  end(trailers: RawHeaders): void {
    if (this.#isKept) this.told.whole(this.copy.take());
    this.#isKept = false;
    this.next.end(trailers);
  }

  resume(): void {
    this.next.resume?.();
  }
}
