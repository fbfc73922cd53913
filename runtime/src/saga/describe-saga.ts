import { plan, toUndo } from './plan.js';
import {
  type Attempt,
  hasEnded,
  idempotencyKey,
  openAttempt,
  type SagaRecord,
  type StepRecord,
} from './saga-record.js';
import type { AttemptTrace, NextAction, SagaSummary, SagaTrace, StepTrace } from './trace.js';

/** Who may advance a saga, as its row says. */
export interface LeaseRow {
  readonly owner: string | null;
  readonly lease_until: number;
}

/** A saga as one line. */
export function summarize(record: SagaRecord, service: string, now: number): SagaSummary {
  const step = currentStep(record);
  return {
    id: record.id,
    name: record.name,
    service,
    state: record.state,
    startedAt: iso(record.startedAt),
    ...(record.endedAt !== undefined && { endedAt: iso(record.endedAt) }),
    durationMs: (record.endedAt ?? now) - record.startedAt,
    ...(step && { step: step.name }),
    stepsCompleted: record.steps.filter((one) => one.state === 'completed').length,
    stepsTotal: record.steps.length,
    ...(record.error && { error: record.error }),
    ...(record.nextAt !== undefined && { nextAttemptAt: iso(record.nextAt) }),
    ...(record.traceparent !== undefined && { traceparent: record.traceparent }),
  };
}

/** All that the journal knows of a saga. */
export function describe(record: SagaRecord, service: string, lease: LeaseRow, now: number): SagaTrace {
  return {
    ...summarize(record, service, now),
    input: JSON.parse(record.input),
    steps: record.steps.map((step) => describeStep(record.id, step)),
    compensationOrder: compensationOrder(record),
    ...(lease.owner !== null &&
      !hasEnded(record.state) && {
        lease: { instance: lease.owner, until: iso(lease.lease_until), expired: lease.lease_until < now },
      }),
    epoch: record.epoch,
    nextAction: nextAction(record, service, lease, now),
  };
}

function describeStep(sagaId: string, step: StepRecord): StepTrace {
  const [first, last] = [step.attempts[0], step.attempts.at(-1)];
  return {
    name: step.name,
    kind: step.kind,
    state: step.state,
    idempotencyKeys: {
      do: idempotencyKey(sagaId, step.name, 'do'),
      undo: idempotencyKey(sagaId, step.name, 'undo'),
    },
    ...(step.result !== undefined && { result: JSON.parse(step.result) }),
    ...(first && { startedAt: iso(first.startedAt) }),
    ...(last?.endedAt !== undefined && { endedAt: iso(last.endedAt) }),
    ...(first && last?.endedAt !== undefined && { durationMs: last.endedAt - first.startedAt }),
    attempts: step.attempts.map((attempt) => describeAttempt(sagaId, step.name, attempt)),
  };
}

function describeAttempt(sagaId: string, step: string, attempt: Attempt): AttemptTrace {
  const { direction, number, outcome, startedAt, endedAt, error, instance, epoch } = attempt;
  return {
    direction,
    number,
    outcome,
    startedAt: iso(startedAt),
    ...(endedAt !== undefined && { endedAt: iso(endedAt), durationMs: endedAt - startedAt }),
    ...(error && { error }),
    idempotencyKey: idempotencyKey(sagaId, step, direction),
    instance,
    epoch,
  };
}

/** Those undone already, by when, and those still to undo. */
function compensationOrder(record: SagaRecord): string[] {
  if (record.state === 'running' || record.state === 'completed') return [];
  const begun = record.steps.filter((step) => step.state === 'compensated' || step.state === 'stuck').reverse();
  return [...begun, ...toUndo(record.steps)].map((step) => step.name);
}

function nextAction(record: SagaRecord, service: string, lease: LeaseRow, now: number): NextAction {
  if (record.state === 'stuck') {
    return {
      kind: 'operator',
      reason: record.error ?? { code: 'SAGA_STUCK', message: 'The journal does not say why.' },
    };
  }
  const next = plan(record);
  if (next.kind === 'ended') return { kind: 'none' };
  const { direction } = next;
  const step = record.steps[next.index]?.name ?? '';
  if (lease.owner === null || lease.lease_until < now) return { kind: 'take-over', step, direction, service };
  const open = openAttempt(record);
  if (open !== undefined) return { kind: 'running', step, direction, instance: open.attempt.instance };
  return { kind: 'attempt', step, direction, at: iso(Math.max(next.notBefore, now)) };
}

function currentStep(record: SagaRecord): StepRecord | undefined {
  if (record.state === 'completed') return undefined;
  const troubled = record.steps.find((step) => step.state === 'stuck');
  const open = openAttempt(record);
  if (troubled !== undefined || open !== undefined) return troubled ?? (open && record.steps[open.index]);
  return record.steps.findLast((step) => step.state !== 'pending') ?? record.steps[0];
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
