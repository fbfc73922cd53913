import { getEventListeners } from 'node:events';
import { RetryBudget, type RetryOptions, retry } from '@mscli/runtime/policies';
import { expect, test, vi } from 'vitest';

const options = (changes: Partial<RetryOptions> = {}): RetryOptions => ({
  attempts: 3,
  isRetriable: () => true,
  budget: new RetryBudget(),
  signal: new AbortController().signal,
  baseMs: 0,
  ...changes,
});
const failing = (times: number) =>
  vi.fn(async (attempt: number) => {
    if (attempt <= times) throw new Error(`attempt ${attempt}`);
    return attempt;
  });

test('tries again until it succeeds', async () => {
  const call = failing(2);
  await expect(retry(call, options())).resolves.toBe(3);
  expect(call).toHaveBeenCalledTimes(3);
});

test('throws the last error when the attempts are used up', async () => {
  await expect(retry(failing(9), options())).rejects.toThrow('attempt 3');
});

test('does not repeat what may not be repeated, nor without a budget', async () => {
  await expect(retry(failing(9), options({ isRetriable: () => false }))).rejects.toThrow('attempt 1');
  const budget = new RetryBudget({ perSecond: 0 });
  await expect(retry(failing(9), options({ budget }))).rejects.toThrow('attempt 1');
});

test('does not wait for what cannot be in time', async () => {
  const changes = { retryAfterMs: () => 1000, leftMs: () => 1000 };
  await expect(retry(failing(9), options(changes))).rejects.toThrow('attempt 1');
});

test('ends a pause with the reason of the signal, and leaves no listener', async () => {
  const controller = new AbortController();
  const { signal } = controller;
  const waiting = retry(failing(9), options({ signal, retryAfterMs: () => 3_600_000 }));
  await vi.waitFor(() => expect(getEventListeners(signal, 'abort')).toHaveLength(1));
  controller.abort(new Error('enough'));
  await expect(waiting).rejects.toThrow('enough');
  const other = new AbortController();
  await retry(failing(2), options({ signal: other.signal }));
  expect(getEventListeners(other.signal, 'abort')).toEqual([]);
});
