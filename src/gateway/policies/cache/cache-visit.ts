import type { Problem } from '../../answers/problem.js';
import type { StoredAnswer } from '../../answers/stored-answer.js';
import type { AnswerHead } from '../../http1/answer-reader.js';
import type { Framing } from '../../http1/framing.js';
import type { PassedAnswer } from '../../serving/answer-sink.js';

/** What the cache was to a request, as the access log tells it. */
export type CacheOutcome = 'hit' | 'miss' | 'stale' | 'revalidated' | 'collapsed' | 'bypass';

/** What the cache has to do with one request on its way. */
export interface CacheVisit {
  readonly outcome: CacheOutcome;
  /** As Cache-Status tells it (RFC 9211 §2). */
  readonly status: string;
  /** What is answered in place of what the service answers. */
  instead?(head: AnswerHead): StoredAnswer | Problem | undefined;
  /** What is answered where the service cannot be asked or has failed. */
  insteadOfFailure?(): StoredAnswer | undefined;
  /** The answer passes by. */
  passing?(head: AnswerHead, framing: Framing): PassedAnswer['through'];
}
