import { type Problem, problem } from '../../answers/problem.js';

/** Those who count for all workers did not answer. A limit may be there to keep somebody out, so it holds then, too. */
export function limitUnknown(): Problem {
  return problem('limit-unknown', 'Nobody can say at the moment how many requests there are.', {
    retryAfterSeconds: RETRY_AFTER_SECONDS,
  });
}

const RETRY_AFTER_SECONDS = 1;
