/** A call that the gateway made, as its access log tells of it. Times are milliseconds since 1970. */
export interface RecordedCall {
  /** The gateway's instance: counters are never shared. */
  instance: string;
  callee: string;
  startedAt: number;
  endedAt: number;
  outcome: 'success' | 'failure' | 'ignored';
  /** Of the calls of its kind, how many are in the log: below 1 where that is a sample. */
  share: number;
}

/** What a line of the log is: a call, a request that led to none, a line about something else, or garbage. */
export type LogLine =
  | { kind: 'call'; call: RecordedCall }
  | { kind: 'no-call' }
  | { kind: 'other' }
  | { kind: 'garbage' };

/** The gateway's own refusals: what stands behind it was never asked. */
const neverMade: ReadonlySet<unknown> = new Set(['breaker-open', 'no-instance', 'no-route']);
const notTheCallees: ReadonlySet<unknown> = new Set(['client-gone', 'client-stalled', 'request-timeout', 'fault']);
const theCallees: ReadonlySet<unknown> = new Set([
  'upstream-failed',
  'upstream-timeout',
  'upstream-died',
  'upstream-stalled',
]);

/** Reads one line of the gateway's access log. */
export function readLogLine(line: string): LogLine {
  const entry = parse(line);
  if (entry === undefined) return { kind: 'garbage' };
  if (entry.msg !== 'request') return { kind: 'other' };
  const { upstream, upstreamInstance, status, durationMs, reason, instance = 'gateway', sample = 1 } = entry;
  const endedAt = Date.parse(String(entry.time));
  if (typeof status !== 'number' || typeof durationMs !== 'number' || durationMs < 0 || Number.isNaN(endedAt)) {
    return { kind: 'garbage' };
  }
  if (typeof sample !== 'number' || !(sample > 0 && sample <= 1)) return { kind: 'garbage' };
  if (typeof upstream !== 'string' || upstreamInstance === undefined || neverMade.has(reason))
    return { kind: 'no-call' };
  const call: RecordedCall = {
    instance: String(instance),
    callee: upstream,
    startedAt: endedAt - durationMs,
    endedAt,
    outcome: outcomeOf(status, reason),
    share: sample,
  };
  return { kind: 'call', call };
}

function outcomeOf(status: number, reason: unknown): RecordedCall['outcome'] {
  if (notTheCallees.has(reason)) return 'ignored';
  return theCallees.has(reason) || status >= 500 ? 'failure' : 'success';
}

function parse(line: string): Record<string, unknown> | undefined {
  try {
    const found: unknown = JSON.parse(line);
    return typeof found === 'object' && found !== null && !Array.isArray(found) ? (found as never) : undefined;
  } catch {
    return undefined;
  }
}
