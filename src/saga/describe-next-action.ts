import type { SagaTrace } from '@mscli/runtime/saga';
import { formatDuration } from '../text/duration.js';

/** What happens to the saga next, and what the reader can do about it, in one or two sentences. */
export function describeNextAction(saga: SagaTrace, now: number): string {
  const { nextAction } = saga;
  switch (nextAction.kind) {
    case 'none':
      return ended(saga);
    case 'running':
      return `${nextAction.instance} is at it: ${act(nextAction)}.`;
    case 'attempt': {
      const waitMs = Date.parse(nextAction.at) - now;
      return `Next: ${act(nextAction)}${waitMs > 0 ? ` in ${formatDuration(waitMs)}` : ', now'}.`;
    }
    case 'take-over':
      return `Nobody runs it. Start ${nextAction.service} with \`mscli up\`: it goes on with ${act(nextAction)}.`;
    case 'operator':
      return `Nothing happens until a person acts: ${operatorAdvice(saga)}`;
    default:
      return nextAction satisfies never;
  }
}

function ended({ state }: SagaTrace): string {
  if (state === 'compensated') return 'Nothing to do: what was done is undone.';
  return state === 'completed' ? 'Nothing to do: it has completed.' : `It has ended ${state}.`;
}

function act({ step, direction }: { step: string; direction: 'do' | 'undo' }): string {
  return direction === 'do' ? step : `undoing ${step}`;
}

function operatorAdvice({ steps, nextAction }: SagaTrace): string {
  const stuck = steps.filter(({ state }) => state === 'stuck');
  if (stuck.length === 0) return nextAction.kind === 'operator' ? nextAction.reason.message : '';
  const names = stuck.map(({ name, idempotencyKeys }) => `${name} (key ${idempotencyKeys.undo})`);
  return `undo by hand what these did, or find that they did nothing: ${names.join(', ')}.`;
}
