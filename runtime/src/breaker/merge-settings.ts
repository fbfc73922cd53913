import type { BreakerSettings } from '../discovery/types.js';

/** Settings, and others that win over them. A window is of one kind: a number of calls takes the place of a time. */
export function mergeSettings<Options extends BreakerSettings>(base: Options, over: BreakerSettings): Options {
  const merged = { ...base, ...over };
  if (over.windowCalls !== undefined && over.windowMs === undefined) delete merged.windowMs;
  return merged;
}
