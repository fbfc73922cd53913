import type * as z from 'zod';
import { parseDuration } from '../text/duration.js';
import type { breakerSchema } from './breaker-schema.js';

/** What mscli.yaml says of a breaker, as the runtime wants it: times in milliseconds, one key for each kind of window. */
export function breakerSettings({ slowCall, open, maxOpen, window, ...same }: z.output<typeof breakerSchema>) {
  return {
    ...same,
    ...(slowCall === undefined ? {} : { slowCallMs: parseDuration(slowCall) }),
    ...(open === undefined ? {} : { openMs: parseDuration(open) }),
    ...(maxOpen === undefined ? {} : { maxOpenMs: parseDuration(maxOpen) }),
    ...(typeof window === 'number' ? { windowCalls: window } : {}),
    ...(typeof window === 'string' ? { windowMs: parseDuration(window) } : {}),
  };
}

export type BreakerConfig = ReturnType<typeof breakerSettings>;

/** By callee, where mscli.yaml says something: what goes into the discovery file. */
export function settingsByCallee(
  services: Readonly<Record<string, { breaker: BreakerConfig | undefined }>>,
): Record<string, BreakerConfig> {
  return Object.fromEntries(
    Object.entries(services).flatMap(([name, { breaker }]) => (breaker === undefined ? [] : [[name, breaker]])),
  );
}
