import type { Route } from '@mscli/runtime/discovery';
import { type Problem, problem } from '../answers/problem.js';
import { bodyTooLarge } from '../policies/limit-body.js';
import type { CallFailure } from './call.js';

/** What a client is told when a service gave no answer. */
export function failureProblem(failure: CallFailure, { path }: Route): Problem {
  switch (failure.kind) {
    case 'unreachable':
      return problem('upstream-failed', `What serves the route ${path} cannot be reached.`);
    case 'stale':
    case 'broken':
      return problem('upstream-failed', `What serves the route ${path} broke off before it answered.`);
    case 'timeout':
      return problem('upstream-timeout', `What serves the route ${path} did not answer in time.`);
    case 'body-too-large':
      return bodyTooLarge(failure.maxBytes);
    case 'client-stalled':
      return problem('request-timeout', 'The body of the request stopped arriving.', { closes: true });
    default:
      return failure satisfies never;
  }
}

export function unusableAnswer({ path }: Route): Problem {
  return problem('upstream-failed', `What serves the route ${path} gave an answer that cannot be passed on.`);
}
