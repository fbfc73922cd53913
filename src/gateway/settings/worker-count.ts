import { availableParallelism } from 'node:os';

/** Who asks for more has made a mistake. */
export const MOST_WORKERS = 64;

/** How many processes serve; `auto` is one for each core that this process may use. */
export function workerCount(setting: 'auto' | number | undefined, cores: () => number = availableParallelism): number {
  return setting === 'auto' ? Math.min(MOST_WORKERS, cores()) : (setting ?? 1);
}
