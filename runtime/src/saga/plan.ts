import { hasEnded, type SagaRecord, type StepRecord } from './saga-record.js';
import type { Direction } from './trace.js';

/** What a saga has to do next. */
export type Plan =
  | { readonly kind: 'ended' }
  | {
      readonly kind: 'attempt';
      readonly index: number;
      readonly direction: Direction;
      /** When, in ms since 1970; 0 for at once. */
      readonly notBefore: number;
    };

/** Says what comes next; the journal alone decides it, whichever process asks. */
export function plan(record: SagaRecord): Plan {
  if (hasEnded(record.state)) return { kind: 'ended' };
  const direction = record.state === 'running' ? 'do' : 'undo';
  const index = direction === 'do' ? nextToDo(record) : nextToUndo(record.steps);
  return index === -1 ? { kind: 'ended' } : { kind: 'attempt', index, direction, notBefore: record.nextAt ?? 0 };
}

/** The steps that have or may have an effect to undo, the latest started first. */
export function toUndo(steps: readonly StepRecord[]): readonly StepRecord[] {
  return steps.filter(needsUndo).reverse();
}

function nextToDo(record: SagaRecord): number {
  return record.steps.findIndex((step) => step.state !== 'completed');
}

function nextToUndo(steps: readonly StepRecord[]): number {
  return steps.findLastIndex(needsUndo);
}

function needsUndo(step: StepRecord): boolean {
  return step.state === 'completed' || step.state === 'unknown' || step.state === 'compensating';
}
