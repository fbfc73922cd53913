import type { SqlValue, Transaction } from '../state/database.js';
import { ATTEMPTS_KEPT, type Attempt, type SagaRecord, type StepRecord } from './saga-record.js';

/** Writes the steps and attempts that differ between two states of a saga. */
export async function writeChanges(tx: Transaction, before: SagaRecord, after: SagaRecord): Promise<void> {
  const writes: Promise<unknown>[] = [];
  for (const [position, step] of after.steps.entries()) {
    const was = before.steps[position];
    if (step === was) continue;
    writes.push(writeStep(tx, after.id, position, step));
    for (const attempt of step.attempts) {
      if (!was?.attempts.includes(attempt)) writes.push(...writeAttempt(tx, [after.id, position], attempt));
    }
  }
  await Promise.all(writes);
}

function writeStep(tx: Transaction, id: string, position: number, step: StepRecord): Promise<unknown> {
  return tx.run(
    `UPDATE mscli_saga_step SET state = ?, result = ?, failures = ?, crashes = ?, unknown = ?
     WHERE saga_id = ? AND position = ?`,
    [step.state, step.result ?? null, step.failures, step.crashes, step.unknown ? 1 : 0, id, position],
  );
}

function writeAttempt(tx: Transaction, key: readonly SqlValue[], attempt: Attempt): Promise<unknown>[] {
  const { direction, number, outcome, startedAt, endedAt = null, error, instance, epoch } = attempt;
  const writes: Promise<unknown>[] = [
    tx.run(
      `INSERT INTO mscli_saga_attempt (saga_id, position, direction, number, outcome, started_at, ended_at, error_code,
         error_message, instance, epoch) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (saga_id, position, direction, number) DO UPDATE SET outcome = excluded.outcome,
         ended_at = excluded.ended_at, error_code = excluded.error_code, error_message = excluded.error_message`,
      [
        ...[...key, direction, number, outcome, startedAt, endedAt],
        ...[error?.code ?? null, error?.message ?? null, instance, epoch],
      ],
    ),
  ];
  if (number > ATTEMPTS_KEPT) {
    const surplus = `DELETE FROM mscli_saga_attempt WHERE saga_id = ? AND position = ? AND direction = ?
       AND number > 1 AND number <= ?`;
    writes.push(tx.run(surplus, [...key, direction, number - ATTEMPTS_KEPT]));
  }
  return writes;
}
