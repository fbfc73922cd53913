import type { z } from 'zod';
import type { BackwardSaga } from './definition.js';

/**
 * Begins a saga: a sequence of steps with compensations. The order is compensatable steps, then at most one pivot, then
 * retriable steps; the types hold it. Every step must be idempotent by its key: it may run more than once.
 *
 * @param name stable, such as `place-order`: the journal refers to it
 * @param input what the saga starts with; it is kept as JSON
 */
export declare function saga<Schema extends z.ZodType>(
  name: string,
  input: Schema,
): BackwardSaga<z.input<Schema>, z.output<Schema>, unknown>;
