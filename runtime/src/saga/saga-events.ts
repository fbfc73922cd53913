import type { Transaction } from '../state/database.js';
import type { Direction, SagaError } from './trace.js';

/** What a runner says about its sagas, in the order in which it happens. */
export type SagaEvent =
  | { readonly type: 'saga.started'; readonly data: SagaEventData }
  | { readonly type: 'saga.step.requested'; readonly data: SagaStepEventData }
  | { readonly type: 'saga.step.completed'; readonly data: SagaStepEventData }
  | { readonly type: 'saga.step.failed'; readonly data: SagaStepEventData }
  | { readonly type: 'saga.step.timed_out'; readonly data: SagaStepEventData }
  | { readonly type: 'saga.compensating'; readonly data: SagaEventData }
  | { readonly type: 'saga.step.compensated'; readonly data: SagaStepEventData }
  | { readonly type: 'saga.completed'; readonly data: SagaEventData }
  | { readonly type: 'saga.compensated'; readonly data: SagaEventData }
  | { readonly type: 'saga.stuck'; readonly data: SagaEventData };

/** What every saga event carries. */
export interface SagaEventData {
  readonly sagaId: string;
  readonly saga: string;
  /** Why it compensates or is stuck. */
  readonly error?: SagaError;
}

/** What an event of one step carries besides. */
export interface SagaStepEventData extends SagaEventData {
  readonly step: string;
  readonly direction: Direction;
  /** 1 for the first attempt in this direction. */
  readonly attempt: number;
  /** Whether a failed or timed out attempt will be made again. */
  readonly willRetry?: boolean;
}

/**
 * Writes a saga event into the outbox, in the transaction of the journal entry that it tells of. It is called in the saga's
 * trace (`currentTrace()`).
 */
export type PublishSagaEvent = (
  type: SagaEvent['type'],
  data: SagaEventData | SagaStepEventData,
  options: { readonly tx: Transaction },
) => Promise<unknown>;
