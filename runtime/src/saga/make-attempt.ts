import type { Service } from '../host/service.js';
import type { Clock } from './clock.js';
import type { Step } from './definition.js';
import { linkedSignal, scopedSignal } from './linked-signal.js';
import { toVerdict } from './saga-error.js';
import { idempotencyKey, type SagaRecord, type StepRecord } from './saga-record.js';
import type { Direction, SagaError } from './trace.js';
import type { Verdict } from './transition.js';

/** What one attempt needs to know. */
export interface AttemptTask {
  readonly record: SagaRecord;
  readonly index: number;
  readonly direction: Direction;
  readonly step: Step;
  /** The parsed input. */
  readonly input: unknown;
  readonly service: Service;
  readonly clock: Clock;
  /** Asks the step to end. */
  readonly stop: AbortSignal;
  /** The step is not waited for any longer. */
  readonly drop: AbortSignal;
}

/** Runs `do` or `undo` once; `dropped` when it was not waited for, so that its outcome is nobody's business any more. */
export async function makeAttempt(task: AttemptTask): Promise<Verdict | 'dropped'> {
  const { step, stop, drop, clock } = task;
  if (drop.aborted) return 'dropped';
  using asked = linkedSignal(stop, drop);
  using over = scopedSignal(drop);
  const late = clock.sleep(step.timeoutMs, over.signal).then((elapsed): Verdict | 'dropped' => {
    if (!elapsed) return 'dropped';
    const message = `The step ${step.name} took longer than ${step.timeoutMs} ms.`;
    asked.abort(new DOMException(message, 'TimeoutError'));
    return { outcome: 'timed-out', error: { code: 'SAGA_STEP_TIMEOUT', message }, unknown: true };
  });
  return await Promise.race([run(task, asked.signal), late]);
}

async function run(task: AttemptTask, signal: AbortSignal): Promise<Verdict> {
  try {
    const returned = await call(task, signal);
    return task.direction === 'do' ? completed(returned, task.step) : { outcome: 'completed', result: 'null' };
  } catch (thrown) {
    const verdict = toVerdict(thrown);
    if (!task.stop.aborted || verdict.outcome !== 'failed') return verdict;
    // It was asked to end and did: whether its effect is there, the next attempt with the same key will find out.
    return { ...verdict, outcome: 'interrupted', unknown: true };
  }
}

function call({ record, index, direction, step, input, service }: AttemptTask, signal: AbortSignal): Promise<unknown> {
  const attempts = record.steps[index]?.attempts ?? [];
  const ctx = {
    sagaId: record.id,
    input: input as never,
    results: resultsOf(record.steps.slice(0, index)) as never,
    idempotencyKey: idempotencyKey(record.id, step.name, direction),
    attempt: attempts.at(-1)?.number ?? 1,
    signal,
    service,
  };
  if (direction === 'do' || step.undo === undefined) return step.do(ctx);
  // A saga goes back only for an error, which the journal then has.
  const failure = record.error as SagaError;
  return step.undo({ ...ctx, result: resultsOf(record.steps)[step.name] as never, failure });
}

/** What the steps have returned so far, by name. */
export function resultsOf(steps: readonly StepRecord[]): Record<string, unknown> {
  const known = steps.filter((step) => step.result !== undefined);
  return Object.fromEntries(known.map((step) => [step.name, JSON.parse(step.result ?? 'null')]));
}

function completed(returned: unknown, step: Step): Verdict {
  try {
    return { outcome: 'completed', result: JSON.stringify(returned) ?? 'null' };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const message = `What the step ${step.name} returned is not JSON: ${reason}`;
    return { outcome: 'rejected', error: { code: 'SAGA_RESULT_NOT_JSON', message }, unknown: true };
  }
}
