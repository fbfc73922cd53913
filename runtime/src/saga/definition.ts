import type { z } from 'zod';
import type { Service } from '../host/service.js';
import type { SagaError, StepKind } from './trace.js';

/** When a failed attempt is made again. */
export interface RetryPolicy {
  /** Attempts before giving up. Default 3 for `do`, 10 for `undo`; without meaning for a retriable step, which never gives up. */
  readonly attempts?: number;
  /** The first pause is random between 0 and this, in ms; it doubles with each further attempt (full jitter). Default 100. */
  readonly baseMs?: number;
  /** No pause is longer than this, in ms. Default 30 000. */
  readonly maxMs?: number;
}

/** What `do` and `undo` get. */
export interface StepContext<Input, Results> {
  /** The saga's id: unique among the sagas of its service. */
  readonly sagaId: string;
  /** What the saga was started with, parsed. */
  readonly input: Input;
  /** What the earlier steps returned, by step name, as it reads after a trip through JSON. */
  readonly results: Results;
  /**
   * `<sagaId>:<step>:do` or `<sagaId>:<step>:undo`: the same for every attempt. A step may run more than once (retry,
   * crash), so hand this key to whatever it calls.
   */
  readonly idempotencyKey: string;
  /** 1 for the first attempt in this direction. */
  readonly attempt: number;
  /** Aborts at the step's timeout and when the service stops. An attempt that goes on after its timeout is not waited for. */
  readonly signal: AbortSignal;
  /** The service that runs the saga: its db, events and http client. */
  readonly service: Service;
}

/** What `undo` gets: its step's own result too, unless the outcome of `do` is unknown. */
export interface UndoContext<Input, Results, Result> extends StepContext<Input, Results> {
  /** What `do` returned, or `undefined` when its outcome is unknown (timeout, crash): then `undo` must cope with both. */
  readonly result: Result | undefined;
  /** Why the saga goes back: what the step that failed has thrown. */
  readonly failure: SagaError;
}

/** Options that every step takes. */
export interface StepOptions {
  /**
   * How long one attempt may take, in ms. Default 10 000. A timeout is retried as any failure is; when no attempts are left,
   * the step is undone with the others, because its outcome is unknown.
   */
  readonly timeoutMs?: number;
  /** Retries of `do`, and of `undo` where there is one; see {@link RetryPolicy}. */
  readonly retry?: RetryPolicy;
  /** Retries of `undo`. Default: 10 attempts, with the pauses of `retry`. */
  readonly undoRetry?: RetryPolicy;
}

/** A step that is undone when a later one fails. */
export interface CompensatableStep<Input, Results, Result> extends StepOptions {
  /**
   * Acts. What it returns is kept as JSON. Throw {@link Rejected} to refuse: nothing is tried again, all before it is undone.
   * Any other error is tried again, and at the end taken for "nothing was done": this step is then not undone. An error that
   * may come after the effect must say `outcomeUnknown: true`, as a {@link CallError} does; so check what another service
   * answers with the call's `answer`, not by a `parse` of your own.
   */
  do(ctx: StepContext<Input, Results>): Promise<Result>;
  /** Takes the effect back; where there was none, it does nothing and resolves. */
  undo(ctx: UndoContext<Input, Results, Result>): Promise<unknown>;
}

/** The step that decides: once it is done, the saga only goes forward. */
export interface PivotStep<Input, Results, Result> extends StepOptions {
  /** Decides; its errors mean what those of a compensatable step do. */
  do(ctx: StepContext<Input, Results>): Promise<Result>;
  /**
   * Undoes the pivot when its outcome stays unknown (timeout, crash). Without it, an unknown outcome is settled by running
   * `do` again, without end, until it succeeds or throws {@link Rejected}.
   */
  undo?(ctx: UndoContext<Input, Results, Result>): Promise<unknown>;
}

/** A step past the point of no return: run again until it succeeds. */
export interface RetriableStep<Input, Results, Result> extends Omit<StepOptions, 'undoRetry'> {
  /** Acts; whatever it throws, it is run again. */
  do(ctx: StepContext<Input, Results>): Promise<Result>;
}

/** One step as the runner sees it, with all defaults filled in. */
export interface Step {
  readonly name: string;
  readonly kind: StepKind;
  readonly timeoutMs: number;
  readonly retry: Required<RetryPolicy>;
  readonly undoRetry: Required<RetryPolicy>;
  do(ctx: StepContext<never, never>): Promise<unknown>;
  readonly undo?: ((ctx: UndoContext<never, never, never>) => Promise<unknown>) | undefined;
}

/** A saga that may be registered and started. */
export interface Saga<Input = unknown, Results = unknown> {
  readonly name: string;
  /** Parses the input at the start, and again when the saga is taken over after a crash. */
  readonly input: z.ZodType;
  readonly steps: readonly Step[];
  /** Only for the type checker. */
  readonly types?: { readonly input: Input; readonly results: Results };
}

/** Any saga, whatever its input. */
// biome-ignore lint/suspicious/noExplicitAny: a saga of any input must be assignable, and inputs are contravariant
export type AnySaga = Saga<any, any>;

type With<Results, Name extends string, Result> = Results & { readonly [name in Name]: Result };

/** A saga past its pivot: only retriable steps may follow. */
export interface ForwardSaga<Input, Parsed, Results> extends Saga<Input, Results> {
  /** Adds a step that is run until it succeeds. */
  retriable<const Name extends string, Result>(
    name: Name,
    step: RetriableStep<Parsed, Results, Result>,
  ): ForwardSaga<Input, Parsed, With<Results, Name, Result>>;
}

/** A saga before its pivot. */
export interface BackwardSaga<Input, Parsed, Results> extends ForwardSaga<Input, Parsed, Results> {
  /** Adds a step that is undone when a later one, before or at the pivot, fails. */
  compensatable<const Name extends string, Result>(
    name: Name,
    step: CompensatableStep<Parsed, Results, Result>,
  ): BackwardSaga<Input, Parsed, With<Results, Name, Result>>;
  /** Adds the step that decides: when it fails all is undone; when it succeeds the saga will complete. */
  pivot<const Name extends string, Result>(
    name: Name,
    step: PivotStep<Parsed, Results, Result>,
  ): ForwardSaga<Input, Parsed, With<Results, Name, Result>>;
}
