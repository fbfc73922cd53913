import { randomUUID } from 'node:crypto';
import type { BreakerOverride, Discovery } from './types.js';

const resetsAreKeptMs = 60_000;

/** What an operator asks of a breaker. */
export interface OverrideRequest {
  /** Who asks. */
  author: string;
  /** Why. */
  reason?: string;
  /** How long, in milliseconds; without it, until a reset. */
  forMs?: number;
  /** Milliseconds since 1970. Default now. */
  now?: number;
  /** The override's id. Default a new UUID. */
  id?: string;
}

/**
 * Forces a breaker open, inside an `update`: every call is refused until the override ends.
 *
 * @param draft - the draft that `update` or `updateDiscovery` hands out
 * @param breaker - such as `gateway->order-service`; one side may be `*`
 */
export function tripBreaker(draft: Discovery, breaker: string, request: OverrideRequest): BreakerOverride {
  return override(draft, breaker, 'open', request);
}

/** Switches a breaker off, inside an `update`: every call passes uncounted until the override ends. */
export function disableBreaker(draft: Discovery, breaker: string, request: OverrideRequest): BreakerOverride {
  return override(draft, breaker, 'disabled', request);
}

/**
 * Ends a breaker's override, inside an `update`, and closes the breaker where it has opened by itself.
 *
 * @returns the override that was ended, if there was one
 */
export function resetBreaker(draft: Discovery, breaker: string, now: number = Date.now()): BreakerOverride | undefined {
  const ended = draft.overrides[breaker];
  delete draft.overrides[breaker];
  draft.resets[breaker] = new Date(now).toISOString();
  return ended;
}

/**
 * The override that a breaker obeys now: its own before `*-><callee>` before `<caller>->*`. An expired one is none.
 *
 * @param now - milliseconds since 1970
 */
export function overrideFor(
  snapshot: Readonly<Discovery>,
  breakerName: string,
  now: number,
): BreakerOverride | undefined {
  for (const key of overrideKeys(breakerName)) {
    const found = snapshot.overrides[key];
    if (found !== undefined && !isExpired(found, now)) return found;
  }
  return undefined;
}

/** The keys under which an override or a reset of a breaker may stand, the closest first. */
export function overrideKeys(breakerName: string): string[] {
  const arrow = breakerName.indexOf('->');
  if (arrow < 0) return [breakerName];
  return [breakerName, `*${breakerName.slice(arrow)}`, `${breakerName.slice(0, arrow)}->*`, '*->*'];
}

/** Removes what has run out: overrides past their `until`, and resets that everyone has seen. */
export function pruneExpired(draft: Discovery, now: number): void {
  for (const [name, given] of Object.entries(draft.overrides)) if (isExpired(given, now)) delete draft.overrides[name];
  for (const [name, at] of Object.entries(draft.resets)) {
    if (Date.parse(at) + resetsAreKeptMs <= now) delete draft.resets[name];
  }
}

function override(
  draft: Discovery,
  breaker: string,
  mode: BreakerOverride['mode'],
  { author, reason, forMs, now = Date.now(), id = randomUUID() }: OverrideRequest,
): BreakerOverride {
  const given: BreakerOverride = {
    id,
    mode,
    author,
    at: new Date(now).toISOString(),
    ...(reason === undefined ? {} : { reason }),
    ...(forMs === undefined ? {} : { until: new Date(now + forMs).toISOString() }),
  };
  draft.overrides[breaker] = given;
  return given;
}

function isExpired({ until }: BreakerOverride, now: number): boolean {
  return until !== undefined && Date.parse(until) <= now;
}
