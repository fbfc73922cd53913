import { MscliError } from '../errors.js';
import type { SagaError } from './trace.js';
import type { Verdict } from './transition.js';

/** What the journal keeps of something thrown. */
export function toSagaError(thrown: unknown): SagaError {
  if (thrown instanceof MscliError) return { code: thrown.code, message: thrown.message };
  if (!(thrown instanceof Error)) return { code: 'ERROR', message: String(thrown) };
  const { code } = thrown as { code?: unknown };
  return { code: typeof code === 'string' ? code : thrown.name, message: thrown.message };
}

/**
 * What an attempt that threw amounts to. Errors say it by their fields, as `CallError` and `Rejected` do: `retriable: false`
 * is a refusal, `outcomeUnknown: true` may have had its effect, `retryAfterMs` asks for patience.
 */
export function toVerdict(thrown: unknown): Verdict {
  const { retriable, outcomeUnknown, retryAfterMs } = (typeof thrown === 'object' && thrown !== null ? thrown : {}) as {
    retriable?: unknown;
    outcomeUnknown?: unknown;
    retryAfterMs?: unknown;
  };
  return {
    outcome: retriable === false ? 'rejected' : 'failed',
    error: toSagaError(thrown),
    unknown: outcomeUnknown === true,
    retryAfterMs: typeof retryAfterMs === 'number' ? retryAfterMs : undefined,
  };
}
