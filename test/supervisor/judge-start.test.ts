import { expect, it } from 'vitest';
import type { ProcessStatus } from '../../src/control/protocol.js';
import { judgeStart } from '../../src/supervisor/judge-start.js';

const process = (name: string, more: Partial<ProcessStatus>): ProcessStatus => ({
  name,
  kind: 'service',
  service: name,
  instanceId: `${name}-1`,
  state: 'ready',
  restarts: 0,
  ...more,
});

it('is ready when everything is, and pending while something may become so', () => {
  expect(judgeStart({ processes: [process('a', {}), process('b', {})] })).toEqual({ kind: 'ready' });
  const processes = [process('a', {}), process('b', { state: 'backing-off', restarts: 1 })];
  expect(judgeStart({ processes })).toEqual({ kind: 'pending' });
  expect(judgeStart({ processes: [] })).toEqual({ kind: 'pending' });
});

it('has failed with one line for each process', () => {
  const detail = 'a does not build:\n  src/main.ts:1:1: Could not resolve "x"';
  const processes = [
    process('a', { state: 'failed', detail }),
    process('b', { state: 'backing-off', restarts: 2, detail: 'it ended with exit code 7' }),
    process('c', {}),
  ];
  expect(judgeStart({ processes })).toEqual({
    kind: 'failed',
    reasons: ['a does not build', 'b: it ended with exit code 7'],
  });
});
