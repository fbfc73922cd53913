import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type RecordedCall, readLogLine } from '../../../src/breaker/tuning/recorded-call.js';
import { replay } from '../../../src/breaker/tuning/replay.js';

const start = Date.UTC(2026, 0, 1);
const call = (
  startMs: number,
  outcome: RecordedCall['outcome'],
  { tookMs = 5, instance = 'gateway-1' }: { tookMs?: number; instance?: string } = {},
): RecordedCall => ({
  instance,
  callee: 'b',
  startedAt: start + startMs,
  endedAt: start + startMs + tookMs,
  outcome,
  share: 1,
});

const settings = { consecutiveFailures: 2, failureRate: false, openMs: 1000 } as const;

it('refuses what comes while it is open, and says what that would have been', () => {
  const calls = [
    call(0, 'failure'),
    call(10, 'failure'),
    call(20, 'failure'),
    call(30, 'success'),
    call(40, 'ignored'),
    call(2000, 'success'),
    call(3000, 'success'),
  ];
  const at = (ms: number) => new Date(start + ms).toISOString();
  expect(replay(calls, settings)).toEqual({
    openings: [{ at: at(15), until: at(1015), instance: 'gateway-1', reason: 'consecutive-failures' }],
    openMs: 1000,
    saved: 1,
    wronglyRefused: 1,
    failuresPassed: 2,
  });
});

it('lets pass what had begun before it opened', () => {
  const calls = [
    call(0, 'failure', { tookMs: 100 }),
    call(10, 'failure', { tookMs: 100 }),
    call(20, 'failure', { tookMs: 100 }),
  ];
  expect(replay(calls, settings)).toMatchObject({ saved: 0, failuresPassed: 3, openings: [{ instance: 'gateway-1' }] });
});

it('counts an opening up to the last call, beyond which nothing is known', () => {
  const calls = [call(0, 'failure'), call(10, 'failure'), call(400, 'success')];
  const at = (ms: number) => new Date(start + ms).toISOString();
  expect(replay(calls, settings)).toMatchObject({ openings: [{ at: at(15), until: at(405) }], openMs: 390 });
});

it('counts for each instance on its own', () => {
  const calls = [call(0, 'failure'), call(10, 'failure', { instance: 'gateway-2' })];
  expect(replay(calls, settings).openings).toEqual([]);
  expect(replay([...calls, call(20, 'failure')], settings).openings).toHaveLength(1);
});

it('accounts for every call, whatever the log and the settings', () => {
  const recorded = fc.record({
    startMs: fc.nat(20_000),
    tookMs: fc.nat(3000),
    outcome: fc.constantFrom<RecordedCall['outcome']>('success', 'failure', 'failure', 'ignored'),
    instance: fc.constantFrom('gateway-1', 'gateway-2'),
  });
  const tried = fc.record({
    consecutiveFailures: fc.integer({ min: 1, max: 5 }),
    openMs: fc.integer({ min: 1, max: 5000 }),
  });
  fc.assert(
    fc.property(fc.array(recorded, { maxLength: 80 }), tried, (found, settings) => {
      const calls = found.map(({ startMs, tookMs, outcome, instance }) => call(startMs, outcome, { tookMs, instance }));
      calls.sort((left, right) => left.startedAt - right.startedAt);
      const { saved, wronglyRefused, failuresPassed, openings, openMs } = replay(calls, settings);
      const count = (outcome: string) => calls.filter((one) => one.outcome === outcome).length;
      expect(saved + failuresPassed).toBe(count('failure'));
      expect(wronglyRefused).toBeLessThanOrEqual(count('success'));
      if (openings.length === 0) expect([saved, wronglyRefused]).toEqual([0, 0]);
      const open = openings.map(({ at, until }) => Date.parse(until) - Date.parse(at));
      expect(openMs).toBe(open.reduce((sum, ms) => sum + ms, 0));
      expect(Math.min(0, ...open)).toBe(0);
    }),
  );
});

it.each([
  ['garbage', 'garbage'],
  ['[]', 'garbage'],
  ['null', 'garbage'],
  ['{"msg":"listening"}', 'other'],
  ['{"msg":"request","status":"200","durationMs":1,"time":"2026-01-01T00:00:00Z"}', 'garbage'],
  ['{"msg":"request","status":200,"durationMs":-1,"time":"2026-01-01T00:00:00Z"}', 'garbage'],
  ['{"msg":"request","status":200,"durationMs":1,"time":"soon"}', 'garbage'],
  ['{"msg":"request","status":404,"durationMs":1,"time":"2026-01-01T00:00:00Z","reason":"no-route"}', 'no-call'],
  [
    '{"msg":"request","status":503,"durationMs":1,"time":"2026-01-01T00:00:00Z","upstream":"b","upstreamInstance":"b-1","reason":"breaker-open"}',
    'no-call',
  ],
])('reads %s as %s', (line, kind) => {
  expect(readLogLine(line).kind).toBe(kind);
});

it.each([
  [200, undefined, 'success'],
  [404, undefined, 'success'],
  [429, undefined, 'success'],
  [500, undefined, 'failure'],
  [502, 'upstream-failed', 'failure'],
  [200, 'upstream-died', 'failure'],
  [499, 'client-gone', 'ignored'],
  [200, 'client-stalled', 'ignored'],
])('takes %d (%s) for a %s', (status, reason, outcome) => {
  const entry = { msg: 'request', status, reason, durationMs: 7, upstream: 'b', upstreamInstance: 'b-1' };
  const line = JSON.stringify({ ...entry, time: new Date(start).toISOString() });
  const expected = { instance: 'gateway', callee: 'b', startedAt: start - 7, endedAt: start, outcome, share: 1 };
  expect(readLogLine(line)).toEqual({ kind: 'call', call: expected });
});

it('throws at nothing, whatever stands in a log', () => {
  const garbage = fc.oneof(
    fc.string(),
    fc.json(),
    fc.object().map((entry) => JSON.stringify({ ...entry, msg: 'request' })),
  );
  fc.assert(
    fc.property(garbage, (line) => {
      expect(['garbage', 'other', 'no-call']).toContain(readLogLine(line).kind);
    }),
  );
});
