import * as z from 'zod/mini';
import type { BreakerSettings } from './types.js';

/** A window takes memory. */
const most = 1_000_000;
const count = z.int().check(z.minimum(1), z.maximum(most));
const share = z.union([z.literal(false), z.number().check(z.gt(0), z.lte(1))]);
const duration = z.number().check(z.gt(0));

/** A breaker with settings that make no sense would guard nothing, or refuse everything. */
export const breakerSettings: z.ZodMiniType<BreakerSettings> = z.looseObject({
  consecutiveFailures: z.exactOptional(z.union([z.literal(false), count])),
  failureRate: z.exactOptional(share),
  slowCallRate: z.exactOptional(share),
  slowCallMs: z.exactOptional(duration),
  minimumCalls: z.exactOptional(count),
  windowCalls: z.exactOptional(count),
  windowMs: z.exactOptional(duration),
  openMs: z.exactOptional(duration),
  maxOpenMs: z.exactOptional(duration),
  halfOpenPermits: z.exactOptional(count),
  successesToClose: z.exactOptional(count),
});
