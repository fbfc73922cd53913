import type { AnswerHead } from '../http1/answer-reader.js';

/** An answer that a service gave earlier, to this request as good as new. */
export interface StoredAnswer {
  kind: 'stored';
  head: AnswerHead;
  /** Empty where the request gets the head alone. */
  body: Buffer;
}
