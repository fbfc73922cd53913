import type { RecordedCall } from './recorded-call.js';

/**
 * Puts the calls back that a sampled log has left out: each of the sample stands for as many as its share says, spread over the time
 * since the one before it in the same instance of the gateway. Without them failures, which are always logged, would look frequent.
 *
 * @param calls - by the time of their start
 */
export function fillInSampled(calls: readonly RecordedCall[]): RecordedCall[] {
  if (calls.every(({ share }) => share === 1)) return [...calls];
  const latest = new Map<string, { startedAt: number; carried: number }>();
  const filled = calls.flatMap((call) => {
    const before = latest.get(call.instance) ?? { startedAt: call.startedAt, carried: 0 };
    if (call.share === 1) {
      latest.set(call.instance, before);
      return [call];
    }
    const wanted = before.carried + 1 / call.share;
    const count = Math.max(1, Math.round(wanted));
    latest.set(call.instance, { startedAt: call.startedAt, carried: wanted - count });
    const step = (call.startedAt - before.startedAt) / count;
    return Array.from({ length: count }, (_, index) => movedBack(call, step * (count - 1 - index)));
  });
  return filled.sort((left, right) => left.startedAt - right.startedAt);
}

function movedBack(call: RecordedCall, ms: number): RecordedCall {
  return { ...call, startedAt: call.startedAt - ms, endedAt: call.endedAt - ms };
}
