import type { AttemptOutcome, Direction, SagaError, SagaState, StepKind, StepState } from './trace.js';

/** One attempt as the journal has it; times in ms since 1970. */
export interface Attempt {
  readonly direction: Direction;
  readonly number: number;
  readonly outcome: AttemptOutcome;
  readonly startedAt: number;
  readonly endedAt?: number | undefined;
  readonly error?: SagaError | undefined;
  readonly instance: string;
  readonly epoch: number;
}

/** One step as the journal has it. */
export interface StepRecord {
  readonly name: string;
  readonly kind: StepKind;
  readonly state: StepState;
  /** JSON text of what `do` returned. */
  readonly result?: string | undefined;
  /** Attempts in the current direction that failed, and that count against the retry policy. */
  readonly failures: number;
  /** Attempts in the current direction whose process died. */
  readonly crashes: number;
  /** Whether some attempt of `do` may have had its effect without our knowing. */
  readonly unknown: boolean;
  readonly attempts: readonly Attempt[];
}

/** One saga as the journal has it. Never changed in place: the next state is a new record that shares what is the same. */
export interface SagaRecord {
  readonly id: string;
  readonly name: string;
  readonly state: SagaState;
  /** JSON text. */
  readonly input: string;
  readonly startedAt: number;
  readonly endedAt?: number | undefined;
  /** When the next attempt is due, if it has to wait. */
  readonly nextAt?: number | undefined;
  readonly error?: SagaError | undefined;
  readonly traceparent?: string | undefined;
  readonly epoch: number;
  readonly steps: readonly StepRecord[];
}

/** Of a step that is tried without end, the first attempt and so many of the latest are kept. */
export const ATTEMPTS_KEPT = 100;

/** The attempt that has begun and not ended, with its step's position. */
export function openAttempt(record: SagaRecord): { index: number; attempt: Attempt } | undefined {
  for (const [index, step] of record.steps.entries()) {
    const attempt = step.attempts.at(-1);
    if (attempt?.outcome === 'running') return { index, attempt };
  }
  return undefined;
}

/** Whether nothing will happen any more. */
export function hasEnded(state: SagaState): state is 'completed' | 'compensated' | 'stuck' {
  return state !== 'running' && state !== 'compensating';
}

/** The key that makes a step's attempts one effect. */
export function idempotencyKey(sagaId: string, step: string, direction: Direction): string {
  return `${sagaId}:${step}:${direction}`;
}
