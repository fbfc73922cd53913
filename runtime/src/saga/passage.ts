import type { AnySaga } from './definition.js';
import { toSagaError } from './saga-error.js';
import type { SagaRecord } from './saga-record.js';
import type { SagaError } from './trace.js';

/** Whether this deployment can go on with a saga that the journal knows: its definition and parsed input, or why not. */
export type Passage =
  | { readonly saga: AnySaga; readonly input: unknown; readonly error?: undefined }
  | { readonly saga?: undefined; readonly input?: undefined; readonly error: SagaError };

/** Compares what was journaled with what is deployed. */
export async function findPassage(record: SagaRecord, saga: AnySaga | undefined): Promise<Passage> {
  if (saga === undefined) {
    const message = `This deployment has no saga ${record.name}: it was renamed or removed while ${record.id} was under way.`;
    return { error: { code: 'SAGA_UNKNOWN', message } };
  }
  const [then, now] = [outline(record.steps), outline(saga.steps)];
  if (then !== now) {
    const message = `The steps of ${record.name} have changed while ${record.id} was under way: they were ${then} and are ${now}.`;
    return { error: { code: 'SAGA_CHANGED', message } };
  }
  const parsed = await saga.input.safeParseAsync(JSON.parse(record.input));
  if (parsed.success) return { saga, input: parsed.data };
  const message = `The input of ${record.id} breaks the schema that ${record.name} has now: ${toSagaError(parsed.error).message}`;
  return { error: { code: 'SAGA_INPUT_CHANGED', message } };
}

function outline(steps: readonly { name: string; kind: string }[]): string {
  return steps.map(({ name, kind }) => `${name} (${kind})`).join(', ');
}
