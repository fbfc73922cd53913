import type { SagaError } from './trace.js';
import type { Verdict } from './transition.js';

/** A message may quote a whole page; the journal, and whoever reads it, needs no more than this many characters. */
const LONGEST_MESSAGE = 2000;

/** What the journal keeps of something thrown. */
export function toSagaError(thrown: unknown): SagaError {
  if (!(thrown instanceof Error)) return { code: 'ERROR', message: shortened(String(thrown)) };
  const { code } = thrown as { code?: unknown };
  return { code: typeof code === 'string' ? code : thrown.name, message: shortened(thrown.message) };
}

function shortened(message: string): string {
  return message.length > LONGEST_MESSAGE ? `${message.slice(0, LONGEST_MESSAGE - 3)}...` : message;
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
