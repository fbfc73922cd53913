/**
 * Sagas: defined with {@link saga}, run and journaled by {@link SagaRunner}, read by {@link listSagas} and {@link readSaga}.
 *
 * @module
 */
export { type Clock, systemClock } from './clock.js';
export type {
  AnySaga,
  BackwardSaga,
  CompensatableStep,
  ForwardSaga,
  PivotStep,
  RetriableStep,
  RetryPolicy,
  Saga,
  Step,
  StepContext,
  StepOptions,
  UndoContext,
} from './definition.js';
export { listSagas, type SagaFilter, type SagaList } from './list-sagas.js';
export { readSaga } from './read-saga.js';
export { Rejected } from './rejected.js';
export { saga } from './saga.js';
export type { PublishSagaEvent, SagaEvent, SagaEventData, SagaStepEventData } from './saga-events.js';
export { SagaRunner } from './saga-runner.js';
export type { SagaLog, SagaRunnerOptions } from './saga-runner-options.js';
export type { SagaResult, Sagas, StartSagaOptions, WaitForSagaOptions } from './sagas.js';
export type {
  AttemptOutcome,
  AttemptTrace,
  Direction,
  NextAction,
  SagaError,
  SagaState,
  SagaSummary,
  SagaTrace,
  StepKind,
  StepState,
  StepTrace,
} from './trace.js';
