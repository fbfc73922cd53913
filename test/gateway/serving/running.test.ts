import { expect, it } from 'vitest';
import { Running } from '../../../src/gateway/serving/running.js';

const never = () => new AbortController().signal;

it('cuts exactly what still runs, in whatever order the others ended', () => {
  const running = new Running();
  const cut: string[] = [];
  const runs = new Map(['a', 'b', 'c', 'd', 'e'].map((name) => [name, running.begin({ cut: () => cut.push(name) })]));
  for (const name of ['b', 'e', 'a', 'b']) runs.get(name)?.[Symbol.dispose]();
  runs.get('d')?.markEndless();
  runs.get('a')?.markEndless();
  running.cutAll();
  expect(cut.sort()).toEqual(['c', 'd']);
});

it('is idle when the last finite run has ended or turned out to be endless', async () => {
  const running = new Running();
  const [finite, stream] = [running.begin({ cut() {} }), running.begin({ cut() {} })];
  let isIdle = false;
  const idle = running.idle(never()).then(() => {
    isIdle = true;
  });
  stream.markEndless();
  await Promise.resolve();
  expect(isIdle).toBe(false);
  finite[Symbol.dispose]();
  await idle;
});

it('waits no longer than the signal says', async () => {
  const running = new Running();
  running.begin({ cut() {} });
  const controller = new AbortController();
  const idle = running.idle(controller.signal);
  controller.abort();
  await idle;
});
