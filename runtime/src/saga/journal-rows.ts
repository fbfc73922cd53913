import type { Attempt, SagaRecord, StepRecord } from './saga-record.js';
import type { AttemptOutcome, Direction, SagaError, SagaState, StepKind, StepState } from './trace.js';

/** A row of `mscli_saga`. */
export interface SagaRow {
  readonly id: string;
  readonly name: string;
  readonly state: SagaState;
  readonly input: string;
  readonly traceparent: string | null;
  readonly started_at: number;
  readonly ended_at: number | null;
  readonly next_at: number | null;
  readonly error_code: string | null;
  readonly error_message: string | null;
  readonly epoch: number;
  readonly owner: string | null;
  readonly lease_until: number;
}

/** A row of `mscli_saga_step`. */
export interface StepRow {
  readonly saga_id: string;
  readonly position: number;
  readonly name: string;
  readonly kind: StepKind;
  readonly state: StepState;
  readonly result: string | null;
  readonly failures: number;
  readonly crashes: number;
  readonly unknown: number;
}

/** A row of `mscli_saga_attempt`. */
export interface AttemptRow {
  readonly position: number;
  readonly direction: Direction;
  readonly number: number;
  readonly outcome: AttemptOutcome;
  readonly started_at: number;
  readonly ended_at: number | null;
  readonly error_code: string | null;
  readonly error_message: string | null;
  readonly instance: string;
  readonly epoch: number;
}

/** How the rows of one saga are read; steps and attempts in order. `do` comes before `undo`, as it happened. */
export const readRows = {
  saga: 'SELECT * FROM mscli_saga WHERE id = ?',
  steps: 'SELECT * FROM mscli_saga_step WHERE saga_id = ? ORDER BY position',
  attempts: 'SELECT * FROM mscli_saga_attempt WHERE saga_id = ? ORDER BY position, direction, number',
} as const;

/** Puts the rows of one saga together. */
export function toRecord(saga: SagaRow, steps: readonly StepRow[], attempts: readonly AttemptRow[]): SagaRecord {
  return {
    id: saga.id,
    name: saga.name,
    state: saga.state,
    input: saga.input,
    startedAt: saga.started_at,
    endedAt: saga.ended_at ?? undefined,
    nextAt: saga.next_at ?? undefined,
    error: toError(saga),
    traceparent: saga.traceparent ?? undefined,
    epoch: saga.epoch,
    steps: steps.map((step) =>
      toStep(
        step,
        attempts.filter((attempt) => attempt.position === step.position),
      ),
    ),
  };
}

function toStep(row: StepRow, attempts: readonly AttemptRow[]): StepRecord {
  return {
    name: row.name,
    kind: row.kind,
    state: row.state,
    result: row.result ?? undefined,
    failures: row.failures,
    crashes: row.crashes,
    unknown: row.unknown === 1,
    attempts: attempts.map(toAttempt),
  };
}

function toAttempt(row: AttemptRow): Attempt {
  return {
    direction: row.direction,
    number: row.number,
    outcome: row.outcome,
    startedAt: row.started_at,
    endedAt: row.ended_at ?? undefined,
    error: toError(row),
    instance: row.instance,
    epoch: row.epoch,
  };
}

function toError(row: { error_code: string | null; error_message: string | null }): SagaError | undefined {
  return row.error_code === null ? undefined : { code: row.error_code, message: row.error_message ?? '' };
}
