import { expect, test } from 'vitest';
import { FaultyFileError, parseConfig } from '../../src/workspace/index.js';

const parse = (breaker: string) =>
  parseConfig(`name: shop\nservices:\n  a:\n    path: a\n    port: 3001\n    breaker: ${breaker}\n`, {
    file: 'mscli.yaml',
    env: { OPEN: '9s' },
    folderExists: () => true,
  }).services.a?.breaker;

function faultsOf(breaker: string): string[] {
  try {
    parse(breaker);
  } catch (error) {
    if (!(error instanceof FaultyFileError)) throw error;
    return error.faults.map(({ path, message }) => `${path.replace('services.a.breaker.', '')} ${message}`);
  }
  return [];
}

test('is given to the runtime in milliseconds', () => {
  const text = `{ consecutiveFailures: false, failureRate: 0.3, slowCallRate: 1, slowCall: 1.5s, minimumCalls: 5,
    window: 30s, open: "\${OPEN}", maxOpen: 1m30s, halfOpenPermits: 2, successesToClose: 4 }`;
  expect(parse(text.replaceAll('\n', ' '))).toEqual({
    consecutiveFailures: false,
    failureRate: 0.3,
    slowCallRate: 1,
    slowCallMs: 1500,
    minimumCalls: 5,
    windowMs: 30_000,
    openMs: 9000,
    maxOpenMs: 90_000,
    halfOpenPermits: 2,
    successesToClose: 4,
  });
  expect(parse('{ window: 100 }')).toEqual({ windowCalls: 100 });
  expect(parse('{}')).toEqual({});
});

test.each([
  ['{ failureRate: 50 }', 'failureRate must be a share above 0 and up to 1, such as 0.5, or false for never, not 50'],
  ['{ failureRate: 0 }', 'failureRate must be a share above 0 and up to 1, such as 0.5, or false for never, not 0'],
  ['{ consecutiveFailures: true }', 'consecutiveFailures must be a whole number from 1, or false for never, not true'],
  ['{ open: 30 }', 'open must be a time such as 500ms, 30s or 5m, not 30'],
  ['{ open: 0s }', 'open must be a time such as 500ms, 30s or 5m, not "0s"'],
  ['{ window: 0 }', 'window must be a number of calls from 1 to 10000, or a time such as 30s, not 0'],
  ['{ window: soon }', 'window must be a number of calls from 1 to 10000, or a time such as 30s, not "soon"'],
  ['{ halfOpenPermits: 1.5 }', 'halfOpenPermits must be a whole number from 1, not 1.5'],
  ['{ windw: 5 }', 'windw is not a key of a breaker; did you mean "window"?'],
  [
    '{ window: 10, minimumCalls: 20 }',
    'minimumCalls 20 is more than the window holds, 10 calls: no rate would ever count',
  ],
  ['{ maxOpen: 10s }', 'maxOpen "10s" is shorter than open, 30s'],
  ['{ slowCall: 1s }', 'slowCall has no effect without slowCallRate'],
])('%s: %s', (breaker, fault) => {
  expect(faultsOf(breaker)).toEqual([fault]);
});

test('must be a map', () => {
  expect(faultsOf('fast')).toEqual(['services.a.breaker must be a map of breaker settings, not "fast"']);
});
