import { z } from 'zod';
import { MscliError } from '../errors.js';
import type { AnySaga } from './definition.js';
import type { SagaRecord } from './saga-record.js';

/**
 * A saga that is about to start. The input is kept as it was given, and parsed again by whoever runs the saga.
 *
 * @throws {MscliError} `SAGA_INPUT_INVALID`
 */
export async function newRecord(
  saga: AnySaga,
  input: unknown,
  { id, at, traceparent }: { id: string; at: number; traceparent: string },
): Promise<SagaRecord> {
  const text = JSON.stringify(input) ?? 'null';
  const parsed = await saga.input.safeParseAsync(JSON.parse(text));
  if (!parsed.success) {
    const faults = z.prettifyError(parsed.error).replaceAll('\n', ' ');
    throw new MscliError('SAGA_INPUT_INVALID', `The input of the saga ${saga.name} is invalid: ${faults}`, {
      cause: parsed.error,
    });
  }
  return {
    id,
    name: saga.name,
    state: 'running',
    input: text,
    startedAt: at,
    traceparent,
    epoch: 1,
    steps: saga.steps.map(({ name, kind }) => ({
      name,
      kind,
      state: 'pending',
      failures: 0,
      crashes: 0,
      unknown: false,
      attempts: [],
    })),
  };
}
