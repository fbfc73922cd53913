import { getEventListeners } from 'node:events';
import { hedge, RetryBudget } from '@mscli/runtime/policies';
import { expect, test } from 'vitest';

/** Calls that end when the test says so, with the signals that they got. */
function calls() {
  const made: { signal: AbortSignal; resolve: (value: string) => void; reject: (error: Error) => void }[] = [];
  const call = (signal: AbortSignal) =>
    new Promise<string>((resolve, reject) => {
      made.push({ signal, resolve, reject });
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    });
  const second = async () => {
    while (made.length < 2) await new Promise((resolve) => setTimeout(resolve, 1));
  };
  return { made, call, second };
}

const options = (signal = new AbortController().signal) => ({ afterMs: 1, budget: new RetryBudget(), signal });

test('takes the second when it is quicker, and aborts the first', async () => {
  const { made, call, second } = calls();
  const answer = hedge(call, options());
  await second();
  made[1]?.resolve('second');
  await expect(answer).resolves.toBe('second');
  expect(made[0]?.signal.aborted).toBe(true);
});

test('takes the first when the second fails, and the first error when both do', async () => {
  const { made, call, second } = calls();
  const answer = hedge(call, options());
  await second();
  made[1]?.reject(new Error('second'));
  made[0]?.resolve('first');
  await expect(answer).resolves.toBe('first');
  const other = calls();
  const failed = hedge(other.call, options());
  await other.second();
  other.made[1]?.reject(new Error('second'));
  other.made[0]?.reject(new Error('first'));
  await expect(failed).rejects.toThrow('first');
});

test('makes no second when the first is in time, fails early, or nothing is left of the budget', async () => {
  const { made, call } = calls();
  const quick = hedge(call, { ...options(), afterMs: 3_600_000 });
  made[0]?.resolve('first');
  await expect(quick).resolves.toBe('first');
  const failed = hedge(call, { ...options(), afterMs: 3_600_000 });
  made[1]?.reject(new Error('early'));
  await expect(failed).rejects.toThrow('early');
  const poor = hedge(call, { ...options(), budget: new RetryBudget({ perSecond: 0 }) });
  await new Promise((resolve) => setTimeout(resolve, 20));
  made[2]?.resolve('first');
  await expect(poor).resolves.toBe('first');
  expect(made).toHaveLength(3);
});

test('gives both up with the caller, and leaves no listener', async () => {
  const { made, call, second } = calls();
  const controller = new AbortController();
  const answer = hedge(call, options(controller.signal));
  await second();
  controller.abort(new Error('enough'));
  await expect(answer).rejects.toThrow('enough');
  expect(made.map(({ signal }) => signal.aborted)).toEqual([true, true]);
  expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
});
