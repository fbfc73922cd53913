import * as z from 'zod';
import { MOST_WORKERS } from './worker-count.js';

const error = { error: `must be auto or a whole number from 1 to ${MOST_WORKERS}` };

export const workers = z.union([z.literal('auto', error), z.int(error).min(1, error).max(MOST_WORKERS, error)], error);
