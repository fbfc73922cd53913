import { expect, test } from 'vitest';
import { runStages } from '../../src/host/run-stages.js';

const never = () => new Promise<void>(() => {});

test('runs all stages in order, past a failure', async () => {
  const ran: string[] = [];
  const stage = (name: string, fails = false) => ({
    name,
    run: async () => {
      ran.push(name);
      if (fails) throw new Error(name);
    },
  });
  const report = await runStages([stage('a'), stage('b', true), stage('c')], new AbortController().signal);
  expect(ran).toEqual(['a', 'b', 'c']);
  expect(report).toEqual({ hung: [], failed: [{ stage: 'b', error: expect.objectContaining({ message: 'b' }) }] });
});

test('past the deadline names what hangs, and still closes the rest', async () => {
  const deadline = new AbortController();
  let closed = false;
  const stages = [
    { name: 'handlers', run: never, waitsFor: () => ['handler a', 'handler b'] },
    { name: 'outbox', run: never },
    {
      name: 'database',
      run: async () => {
        closed = true;
      },
    },
  ];
  const running = runStages(stages, deadline.signal);
  deadline.abort();
  expect(await running).toEqual({ hung: ['handler a', 'handler b', 'outbox'], failed: [] });
  expect(closed).toBe(true);
});
