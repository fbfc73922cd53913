import { Breaker, type Permit } from '@mscli/runtime/breaker';
import type { BreakerSettings } from '@mscli/runtime/discovery';
import type { RecordedCall } from './recorded-call.js';

/** What would have come of recorded calls with other settings. */
export interface Replay {
  /** When the breaker would have opened, in which instance, by which rule, and until when; at most to the last call. ISO 8601. */
  openings: { at: string; until: string; instance: string; reason: string }[];
  /** How long it would have been open, in milliseconds, in all instances together: the sum of the openings. */
  openMs: number;
  /** Calls that would have been refused and failed. */
  saved: number;
  /** Calls that would have been refused and succeeded. */
  wronglyRefused: number;
  /** Failed calls that would have passed all the same. */
  failuresPassed: number;
}

interface Happening {
  at: number;
  call: RecordedCall;
  isStart: boolean;
}

/**
 * Replays recorded calls through breakers with these settings, one for each instance of the gateway, on the clock of the log. What was
 * refused has not happened: it counts for no rule.
 */
export function replay(calls: readonly RecordedCall[], settings: BreakerSettings): Replay {
  const result: Replay = { openings: [], openMs: 0, saved: 0, wronglyRefused: 0, failuresPassed: 0 };
  for (const instance of new Set(calls.map((call) => call.instance))) {
    const own = calls.filter((call) => call.instance === instance);
    replayInstance(own, instance, settings, result);
  }
  result.openings.sort((left, right) => Date.parse(left.at) - Date.parse(right.at));
  return result;
}

function replayInstance(
  calls: readonly RecordedCall[],
  instance: string,
  settings: BreakerSettings,
  result: Replay,
): void {
  const happenings = inOrder(calls);
  let now = happenings[0]?.at ?? 0;
  const last = happenings.at(-1)?.at ?? 0;
  const breaker = new Breaker('replay', {
    ...settings,
    now: () => now,
    // The shortest that it may be open, and the same each time.
    random: () => 0,
    onTransition: ({ to, at }) => {
      if (to.kind !== 'open') return;
      const until = Math.max(at, Math.min(to.until, last));
      const [since, end] = [at, until].map((time) => new Date(time).toISOString()) as [string, string];
      result.openings.push({ at: since, until: end, instance, reason: to.reason });
      result.openMs += until - at;
    },
  });
  const permits = new Map<RecordedCall, Permit>();
  for (const { at, call, isStart } of happenings) {
    now = at;
    if (isStart) {
      const permit = breaker.acquire(at);
      if (permit !== undefined) permits.set(call, permit);
      else if (call.outcome === 'failure') result.saved += 1;
      else if (call.outcome === 'success') result.wronglyRefused += 1;
    } else {
      const permit = permits.get(call);
      if (permit !== undefined && call.outcome === 'failure') result.failuresPassed += 1;
      permit?.settle(call.outcome, call.endedAt - call.startedAt);
      permits.delete(call);
    }
  }
}

/** What ends at the moment at which another call begins has ended before it; a call never before it has begun. */
function inOrder(calls: readonly RecordedCall[]): Happening[] {
  const starts = calls.map((call): Happening => ({ at: call.startedAt, call, isStart: true }));
  const ends = calls.map((call): Happening => ({ at: call.endedAt, call, isStart: false }));
  const rank = ({ call, isStart }: Happening) =>
    call.startedAt === call.endedAt ? (isStart ? 1 : 2) : isStart ? 3 : 0;
  return [...starts, ...ends].sort((left, right) => left.at - right.at || rank(left) - rank(right));
}
