import type { z } from 'zod';
import { MscliError } from '../errors.js';
import type {
  BackwardSaga,
  CompensatableStep,
  PivotStep,
  RetriableStep,
  RetryPolicy,
  Saga,
  Step,
} from './definition.js';
import type { StepKind } from './trace.js';

const TIMEOUT_MS = 10_000;
const RETRY = { attempts: 3, baseMs: 100, maxMs: 30_000 };
const UNDO_ATTEMPTS = 10;
const NAME = /^[a-z0-9][a-z0-9-]*$/;

/**
 * Begins a saga: a sequence of steps with compensations. The order is compensatable steps, then at most one pivot, then
 * retriable steps; the types hold it. Every step must be idempotent by its key: it may run more than once.
 *
 * @param name stable, such as `place-order`: the journal refers to it
 * @param input what the saga starts with; it is kept as JSON
 * @throws {MscliError} `SAGA_NAME` when the saga's or a step's name is not lower case with hyphens, or a step's name is used twice
 */
export function saga<Schema extends z.ZodType>(
  name: string,
  input: Schema,
): BackwardSaga<z.input<Schema>, z.output<Schema>, unknown> {
  checkName(name, 'saga');
  return build({ name, input, steps: [] }) as BackwardSaga<z.input<Schema>, z.output<Schema>, unknown>;
}

type AnyStep = CompensatableStep<never, never, unknown> | PivotStep<never, never, unknown>;

/** The types above allow of these methods only those that may follow. */
function build(definition: Saga): object {
  const add = (kind: StepKind) => (stepName: string, step: AnyStep | RetriableStep<never, never, unknown>) => {
    checkName(stepName, 'step');
    if (definition.steps.some((one) => one.name === stepName)) {
      throw new MscliError('SAGA_NAME', `The saga ${definition.name} has two steps named ${stepName}.`);
    }
    return build({ ...definition, steps: [...definition.steps, complete(stepName, kind, step as AnyStep)] });
  };
  return { ...definition, compensatable: add('compensatable'), pivot: add('pivot'), retriable: add('retriable') };
}

function complete(name: string, kind: StepKind, step: AnyStep): Step {
  const retry = { ...RETRY, ...step.retry };
  const undoRetry = { ...retry, attempts: UNDO_ATTEMPTS, ...step.undoRetry } satisfies Required<RetryPolicy>;
  return {
    name,
    kind,
    timeoutMs: step.timeoutMs ?? TIMEOUT_MS,
    retry,
    undoRetry,
    do: (ctx) => step.do(ctx),
    undo: step.undo && ((ctx) => step.undo?.(ctx as never) ?? Promise.resolve()),
  };
}

function checkName(name: string, what: string): void {
  if (NAME.test(name)) return;
  throw new MscliError('SAGA_NAME', `${JSON.stringify(name)} cannot name a ${what}.`, {
    hint: 'Use lower-case letters, digits and hyphens, such as reserve-stock: the name is part of idempotency keys.',
  });
}
