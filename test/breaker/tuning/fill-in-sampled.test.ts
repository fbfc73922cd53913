import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fillInSampled } from '../../../src/breaker/tuning/fill-in-sampled.js';
import { type RecordedCall, readLogLine } from '../../../src/breaker/tuning/recorded-call.js';

const call = (startedAt: number, share: number, outcome: RecordedCall['outcome'] = 'success'): RecordedCall => ({
  instance: 'gateway-1',
  callee: 'b',
  startedAt,
  endedAt: startedAt + 5,
  outcome,
  share,
});

it('spreads what was left out over the time since the call before, and leaves failures as they are', () => {
  const filled = fillInSampled([call(0, 0.5), call(60, 1, 'failure'), call(100, 0.25)]);
  expect(filled.map(({ startedAt, outcome }) => [startedAt, outcome])).toEqual([
    [0, 'success'],
    [0, 'success'],
    [25, 'success'],
    [50, 'success'],
    [60, 'failure'],
    [75, 'success'],
    [100, 'success'],
  ]);
  expect(filled.every(({ startedAt, endedAt }) => endedAt - startedAt === 5)).toBe(true);
});

it('has about as many calls as there were, in order, whatever the share', () => {
  const starts = fc.array(fc.nat(100_000), { minLength: 1, maxLength: 50 });
  fc.assert(
    fc.property(starts, fc.double({ min: 0.01, max: 1, noNaN: true }), (times, share) => {
      const filled = fillInSampled(times.toSorted((a, b) => a - b).map((at) => call(at, share)));
      expect(Math.abs(filled.length - times.length / share)).toBeLessThanOrEqual(0.5000001);
      expect(filled).toEqual(filled.toSorted((a, b) => a.startedAt - b.startedAt));
    }),
  );
});

it('reads the share of a line, and takes none that makes no sense', () => {
  const line = (sample: unknown) =>
    JSON.stringify({
      time: new Date(0).toISOString(),
      msg: 'request',
      upstream: 'b',
      upstreamInstance: 'b-1',
      status: 200,
      durationMs: 1,
      sample,
    });
  expect(readLogLine(line(0.1))).toMatchObject({ kind: 'call', call: { share: 0.1 } });
  expect(readLogLine(line(undefined))).toMatchObject({ kind: 'call', call: { share: 1 } });
  for (const sample of [0, 2, -1, 'half']) expect(readLogLine(line(sample))).toEqual({ kind: 'garbage' });
});
