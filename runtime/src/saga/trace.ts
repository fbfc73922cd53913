/** What a step may do when the saga goes wrong: be undone, decide, or only go forward. */
export type StepKind = 'compensatable' | 'pivot' | 'retriable';

/** Which way a step's attempt goes. */
export type Direction = 'do' | 'undo';

/** Where a saga is. The last three are final. */
export type SagaState = 'running' | 'compensating' | 'completed' | 'compensated' | 'stuck';

/**
 * Where a step is. `failed` had no effect; `unknown` may have had one (timeout, crash) and is undone with the others;
 * `stuck` could not be undone.
 */
export type StepState =
  | 'pending'
  | 'running'
  | 'completed'
  | 'failed'
  | 'unknown'
  | 'compensating'
  | 'compensated'
  | 'stuck';

/**
 * How one attempt ended. `rejected` is a business refusal; `crashed` is an attempt whose process died; `interrupted` is
 * one that a graceful stop cut short.
 */
export type AttemptOutcome = 'running' | 'completed' | 'failed' | 'rejected' | 'timed-out' | 'crashed' | 'interrupted';

/** What went wrong. */
export interface SagaError {
  /** The error's code or name. */
  readonly code: string;
  /** At most 2000 characters. */
  readonly message: string;
}

/** One attempt of a step. Times are ISO 8601 in UTC. */
export interface AttemptTrace {
  readonly direction: Direction;
  /** 1 for the first in its direction. */
  readonly number: number;
  readonly outcome: AttemptOutcome;
  readonly startedAt: string;
  readonly endedAt?: string;
  readonly durationMs?: number;
  readonly error?: SagaError;
  readonly idempotencyKey: string;
  /** The instance that made it, such as `order-service-1`. */
  readonly instance: string;
  /** The saga's fencing epoch then: it grows by one with each take-over. */
  readonly epoch: number;
}

/** One step, in the saga's order. */
export interface StepTrace {
  readonly name: string;
  readonly kind: StepKind;
  readonly state: StepState;
  readonly idempotencyKeys: { readonly do: string; readonly undo: string };
  /** What `do` returned; absent until it has. */
  readonly result?: unknown;
  /** When the first attempt began. */
  readonly startedAt?: string;
  /** When the last attempt ended. */
  readonly endedAt?: string;
  readonly durationMs?: number;
  /** Oldest first; of a step with very many, the first and the latest. */
  readonly attempts: readonly AttemptTrace[];
}

/** What will happen to a saga next. */
export type NextAction =
  /** It has ended. */
  | { readonly kind: 'none' }
  /** An attempt is going on. */
  | { readonly kind: 'running'; readonly step: string; readonly direction: Direction; readonly instance: string }
  /** Its runner is about to make, or waits to make, the next attempt. */
  | { readonly kind: 'attempt'; readonly step: string; readonly direction: Direction; readonly at: string }
  /** Nobody runs it: the next instance of the service to start or look takes it over. */
  | { readonly kind: 'take-over'; readonly step: string; readonly direction: Direction; readonly service: string }
  /** Nothing will happen until a person acts. */
  | { readonly kind: 'operator'; readonly reason: SagaError };

/** One line of `saga list`. */
export interface SagaSummary {
  /** A UUID, or what it was started with. */
  readonly id: string;
  readonly name: string;
  /** The service in whose database the journal is. */
  readonly service: string;
  readonly state: SagaState;
  readonly startedAt: string;
  readonly endedAt?: string;
  /** From the start to the end, or to now. */
  readonly durationMs: number;
  /** The step that is under way or failed last. */
  readonly step?: string;
  readonly stepsCompleted: number;
  readonly stepsTotal: number;
  /** Why it compensates or is stuck. */
  readonly error?: SagaError;
  /** When the next attempt is due. */
  readonly nextAttemptAt?: string;
  readonly traceparent?: string;
}

/** Everything that the journal knows of one saga. */
export interface SagaTrace extends SagaSummary {
  readonly input: unknown;
  readonly steps: readonly StepTrace[];
  /** The steps that were or will be undone, first one first. Empty unless it compensates. */
  readonly compensationOrder: readonly string[];
  /** Who may advance it; absent when nobody holds it. `expired` means that its holder has not renewed it in time. */
  readonly lease?: { readonly instance: string; readonly until: string; readonly expired: boolean };
  /** The fencing epoch: 1, and one more for each take-over. */
  readonly epoch: number;
  readonly nextAction: NextAction;
}
