import { availableParallelism } from 'node:os';
import * as z from 'zod';

const MOST_WORKERS = 64;
const error = { error: `must be auto or a whole number from 1 to ${MOST_WORKERS}` };

export const workers = z.union([z.literal('auto', error), z.int(error).min(1, error).max(MOST_WORKERS, error)], error);

/** How many processes serve; `auto` is one for each core that this process may use. */
export function workerCount(
  setting: z.output<typeof workers> | undefined,
  cores: () => number = availableParallelism,
): number {
  return setting === 'auto' ? Math.min(MOST_WORKERS, cores()) : (setting ?? 1);
}
