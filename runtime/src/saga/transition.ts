import type { AnySaga, Step } from './definition.js';
import { type Plan, toUndo } from './plan.js';
import { retryPause } from './retry-pause.js';
import type { SagaEvent, SagaEventData, SagaStepEventData } from './saga-events.js';
import { ATTEMPTS_KEPT, type Attempt, openAttempt, type SagaRecord, type StepRecord } from './saga-record.js';
import type { SagaError } from './trace.js';

/** A saga's next state, and what to tell the world about it. */
export interface Transition {
  readonly record: SagaRecord;
  readonly events: readonly SagaEvent[];
}

/** How an attempt ended. */
export type Verdict =
  | { readonly outcome: 'completed' /** JSON text */; readonly result: string }
  | {
      readonly outcome: 'failed' | 'rejected' | 'timed-out' | 'crashed' | 'interrupted';
      readonly error: SagaError;
      /** Whether the attempt may have had its effect. */
      readonly unknown: boolean;
      /** The next attempt waits at least so long, in ms. */
      readonly retryAfterMs?: number | undefined;
    };

type Failure = Exclude<Verdict, { outcome: 'completed' }>;

/** A step that has taken its process down so often is not tried again. */
const MAX_CRASHES = 10;

/** Before an attempt: its intent. */
export function beginAttempt(
  record: SagaRecord,
  { index, direction }: Extract<Plan, { kind: 'attempt' }>,
  { at, instance }: { at: number; instance: string },
): Transition {
  const step = stepAt(record, index);
  const number = (step.attempts.findLast((one) => one.direction === direction)?.number ?? 0) + 1;
  const attempt: Attempt = { direction, number, outcome: 'running', startedAt: at, instance, epoch: record.epoch };
  const state = direction === 'do' ? 'running' : 'compensating';
  const next = withStep(record, index, { ...step, state, attempts: [...kept(step.attempts), attempt] });
  return {
    record: { ...next, nextAt: undefined },
    events: [{ type: 'saga.step.requested', data: aboutAttempt(next, step, attempt) }],
  };
}

function kept(attempts: readonly Attempt[]): readonly Attempt[] {
  return attempts.length < ATTEMPTS_KEPT ? attempts : [...attempts.slice(0, 1), ...attempts.slice(1 - ATTEMPTS_KEPT)];
}

/** After an attempt: on to the next step, another attempt, back, or the end. */
export function endAttempt(
  record: SagaRecord,
  saga: AnySaga,
  verdict: Verdict,
  { at, random }: { at: number; random: () => number },
): Transition {
  const open = openAttempt(record);
  const step = open && saga.steps[open.index];
  if (open === undefined || step === undefined) throw new Error(`The saga ${record.id} has no attempt to end.`);
  const { index, attempt } = open;
  const before = stepAt(record, index);
  const { outcome } = verdict;
  const error = outcome === 'completed' ? undefined : verdict.error;
  const closed = withStep(record, index, {
    ...before,
    attempts: before.attempts.with(-1, { ...attempt, outcome, endedAt: at, error }),
  });
  if (verdict.outcome === 'completed') {
    return attempt.direction === 'do' ? done(closed, index, verdict.result, at) : undone(closed, index, at);
  }
  const counted = count(closed, index, verdict);
  const retry = (): Transition => ({
    record: { ...counted, nextAt: retryAt(stepAt(counted, index), step, attempt, verdict, at, random) },
    events: failed(counted, index, attempt, verdict, true),
  });
  if (!givesUp(stepAt(counted, index), step, attempt, verdict)) return retry();
  const after =
    attempt.direction === 'do' ? turnBack(counted, index, step, verdict, at) : jam(counted, index, verdict, at);
  return { record: after.record, events: [...failed(counted, index, attempt, verdict, false), ...after.events] };
}

/** The saga cannot go on, and says why. */
export function getStuck(record: SagaRecord, error: SagaError, at: number): Transition {
  const next: SagaRecord = { ...record, state: 'stuck', error, endedAt: at, nextAt: undefined };
  return { record: next, events: [{ type: 'saga.stuck', data: about(next) }] };
}

function done(record: SagaRecord, index: number, result: string, at: number): Transition {
  const step = stepAt(record, index);
  const next = withStep(record, index, { ...step, state: 'completed', result, failures: 0, crashes: 0 });
  const events: SagaEvent[] = [{ type: 'saga.step.completed', data: aboutAttempt(next, step, step.attempts.at(-1)) }];
  if (index < record.steps.length - 1) return { record: next, events };
  const ended: SagaRecord = { ...next, state: 'completed', endedAt: at };
  return { record: ended, events: [...events, { type: 'saga.completed', data: about(ended) }] };
}

function undone(record: SagaRecord, index: number, at: number): Transition {
  const step = stepAt(record, index);
  const next = withStep(record, index, { ...step, state: 'compensated', failures: 0, crashes: 0 });
  const ended = endIfUndone(next, at);
  const data = aboutAttempt(next, step, step.attempts.at(-1));
  return { record: ended.record, events: [{ type: 'saga.step.compensated', data }, ...ended.events] };
}

function count(record: SagaRecord, index: number, { outcome, unknown }: Failure): SagaRecord {
  const step = stepAt(record, index);
  const interrupted = outcome === 'crashed' || outcome === 'interrupted';
  return withStep(record, index, {
    ...step,
    failures: step.failures + (interrupted ? 0 : 1),
    crashes: step.crashes + (outcome === 'crashed' ? 1 : 0),
    unknown: step.unknown || unknown,
  });
}

function givesUp(record: StepRecord, step: Step, { direction }: Attempt, verdict: Failure): boolean {
  if (step.kind === 'retriable') return false;
  if (direction === 'undo') return record.failures >= step.undoRetry.attempts || record.crashes >= MAX_CRASHES;
  // A pivot that nothing undoes must become known: its effect may be there, and then there is no way back.
  const refused = verdict.outcome === 'rejected' && !verdict.unknown;
  if (step.kind === 'pivot' && step.undo === undefined && record.unknown) return refused;
  return verdict.outcome === 'rejected' || record.failures >= step.retry.attempts || record.crashes >= MAX_CRASHES;
}

function retryAt(
  record: StepRecord,
  step: Step,
  { direction }: Attempt,
  { outcome, retryAfterMs = 0 }: Failure,
  at: number,
  random: () => number,
): number {
  if (outcome === 'crashed' || outcome === 'interrupted') return at;
  const policy = direction === 'do' ? step.retry : step.undoRetry;
  return at + Math.max(retryPause(policy, record.failures, random), retryAfterMs);
}

/** Past retrying and before the pivot: all that was or may have been done is undone. */
function turnBack(record: SagaRecord, index: number, step: Step, { error }: Failure, at: number): Transition {
  const failing = stepAt(record, index);
  const state = failing.unknown && step.undo !== undefined ? 'unknown' : 'failed';
  const marked = withStep(record, index, { ...failing, state, failures: 0, crashes: 0 });
  const next: SagaRecord = { ...marked, state: 'compensating', error, nextAt: undefined };
  const ended = endIfUndone(next, at);
  return { record: ended.record, events: [{ type: 'saga.compensating', data: about(next) }, ...ended.events] };
}

function endIfUndone(record: SagaRecord, at: number): Transition {
  if (toUndo(record.steps).length > 0) return { record, events: [] };
  const ended: SagaRecord = { ...record, state: 'compensated', endedAt: at };
  return { record: ended, events: [{ type: 'saga.compensated', data: about(ended) }] };
}

function jam(record: SagaRecord, index: number, { error }: Failure, at: number): Transition {
  const step = stepAt(record, index);
  const message = `The step ${step.name} could not be undone, ${step.failures + step.crashes} times: ${error.message}`;
  return getStuck(
    withStep(record, index, { ...step, state: 'stuck' }),
    { code: 'SAGA_COMPENSATION_FAILED', message },
    at,
  );
}

function failed(
  record: SagaRecord,
  index: number,
  attempt: Attempt,
  { outcome, error }: Failure,
  willRetry: boolean,
): SagaEvent[] {
  if (outcome === 'crashed' || outcome === 'interrupted') return [];
  const data = { ...aboutAttempt(record, stepAt(record, index), attempt), error, willRetry };
  return [{ type: outcome === 'timed-out' ? 'saga.step.timed_out' : 'saga.step.failed', data }];
}

function about({ id, name, error }: SagaRecord): SagaEventData {
  return { sagaId: id, saga: name, ...(error && { error }) };
}

function aboutAttempt(record: SagaRecord, step: StepRecord, attempt: Attempt | undefined): SagaStepEventData {
  const { direction = 'do', number = 1 } = attempt ?? {};
  return { sagaId: record.id, saga: record.name, step: step.name, direction, attempt: number };
}

function stepAt(record: SagaRecord, index: number): StepRecord {
  const step = record.steps[index];
  if (step === undefined) throw new RangeError(`The saga ${record.id} has no step ${index}.`);
  return step;
}

function withStep(record: SagaRecord, index: number, step: StepRecord): SagaRecord {
  return { ...record, steps: record.steps.with(index, step) };
}
