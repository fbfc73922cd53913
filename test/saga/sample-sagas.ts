import type { AttemptTrace, SagaTrace, StepTrace } from '@mscli/runtime/saga';

const id = '0d6f3c1e-7d0b-4b0e-9d59-1b1d2f3a4b5c';
const at = (ms: number) => new Date(Date.UTC(2026, 10, 22, 17, 3, 12) + ms).toISOString();

/** When the drawings are made. */
export const now = Date.parse(at(10_000));

/** Ended compensated: the stock was out after two failures, so the order was undone. */
export const compensated: SagaTrace = {
  ...summary('compensated', { endedAt: at(1240), durationMs: 1240, stepsCompleted: 0 }),
  error: { code: 'OUT_OF_STOCK', message: 'product p-1 has 2 in stock, not 3' },
  compensationOrder: ['create-order'],
  nextAction: { kind: 'none' },
  steps: [
    step('create-order', 'compensatable', 'compensated', 1240, [
      attempt('create-order', 'do', 1, 'completed', 12),
      attempt('create-order', 'undo', 1, 'completed', 9),
    ]),
    step('reserve-stock', 'compensatable', 'failed', 1105, [
      attempt('reserve-stock', 'do', 1, 'failed', 501, 'product-service answered 503'),
      attempt('reserve-stock', 'do', 2, 'timed-out', 500, 'no answer from product-service within 500 ms'),
      attempt('reserve-stock', 'do', 3, 'rejected', 4, 'product p-1 has 2 in stock, not 3'),
    ]),
    step('debit-wallet', 'pivot', 'pending'),
    step('confirm-order', 'retriable', 'pending'),
  ],
};

export const completed: SagaTrace = {
  ...summary('completed', { endedAt: at(57), durationMs: 57, stepsCompleted: 2 }),
  steps: [
    step('create-order', 'compensatable', 'completed', 12, [attempt('create-order', 'do', 1, 'completed', 12)]),
    step('debit-wallet', 'pivot', 'completed', 41, [attempt('debit-wallet', 'do', 1, 'completed', 41)]),
  ],
  nextAction: { kind: 'none' },
};

/** Past its pivot, waiting for the next attempt of a step that keeps failing; taken over once. */
export const retrying: SagaTrace = {
  ...summary('running', { durationMs: 10_000, stepsCompleted: 1 }),
  epoch: 2,
  lease: { instance: 'order-service-2', until: at(25_000), expired: false },
  steps: [
    step('debit-wallet', 'pivot', 'completed', 41, [attempt('debit-wallet', 'do', 1, 'completed', 41)]),
    step(
      'confirm-order',
      'retriable',
      'running',
      9000,
      Array.from({ length: 9 }, (_, index) =>
        attempt('confirm-order', 'do', index + 1, 'failed', 3, 'order-service answered 500'),
      ),
    ),
  ],
  nextAction: { kind: 'attempt', step: 'confirm-order', direction: 'do', at: at(13_000) },
};

/** Its process was killed in the middle of a step. */
export const orphaned: SagaTrace = {
  ...summary('running', { durationMs: 10_000, stepsCompleted: 0 }),
  lease: { instance: 'order-service-1', until: at(5000), expired: true },
  steps: [step('create-order', 'compensatable', 'running', undefined, [attempt('create-order', 'do', 1, 'running')])],
  nextAction: { kind: 'take-over', step: 'create-order', direction: 'do', service: 'order-service' },
};

export const stuck: SagaTrace = {
  ...summary('stuck', { endedAt: at(900), durationMs: 900, stepsCompleted: 0 }),
  error: { code: 'UNDO_FAILED', message: 'create-order could not be undone' },
  compensationOrder: ['create-order'],
  steps: [
    step('create-order', 'compensatable', 'stuck', 800, [
      attempt('create-order', 'do', 1, 'completed', 12),
      attempt('create-order', 'undo', 1, 'failed', 3, 'the order has been shipped'),
    ]),
    step('debit-wallet', 'pivot', 'failed', 5, [attempt('debit-wallet', 'do', 1, 'rejected', 5, 'not enough money')]),
  ],
  nextAction: { kind: 'operator', reason: { code: 'UNDO_FAILED', message: 'create-order could not be undone' } },
};

function summary(state: SagaTrace['state'], part: Partial<SagaTrace>): Omit<SagaTrace, 'steps' | 'nextAction'> {
  return {
    id,
    name: 'place-order',
    service: 'order-service',
    state,
    startedAt: at(0),
    durationMs: 0,
    stepsCompleted: 0,
    stepsTotal: 4,
    traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
    input: { userId: 'u-1', items: [{ productId: 'p-1', quantity: 3 }] },
    compensationOrder: [],
    epoch: 1,
    ...part,
  };
}

function step(
  name: string,
  kind: StepTrace['kind'],
  state: StepTrace['state'],
  durationMs?: number,
  attempts: AttemptTrace[] = [],
): StepTrace {
  const idempotencyKeys = { do: `${id}:${name}:do`, undo: `${id}:${name}:undo` };
  return { name, kind, state, idempotencyKeys, attempts, ...(durationMs === undefined ? {} : { durationMs }) };
}

function attempt(
  step: string,
  direction: 'do' | 'undo',
  number: number,
  outcome: AttemptTrace['outcome'],
  durationMs?: number,
  message?: string,
): AttemptTrace {
  return {
    direction,
    number,
    outcome,
    startedAt: at(0),
    idempotencyKey: `${id}:${step}:${direction}`,
    instance: 'order-service-1',
    epoch: 1,
    ...(durationMs === undefined ? {} : { durationMs }),
    ...(message === undefined ? {} : { error: { code: 'FAILED', message } }),
  };
}
