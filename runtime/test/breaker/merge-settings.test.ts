import { mergeSettings } from '@mscli/runtime/breaker';
import { expect, test } from 'vitest';

test.each([
  [{ openMs: 1, failureRate: 0.5 }, { failureRate: false }, { openMs: 1, failureRate: false }],
  [{ windowMs: 1000 }, { windowCalls: 10 }, { windowCalls: 10 }],
  [{ windowCalls: 10 }, { windowMs: 1000 }, { windowCalls: 10, windowMs: 1000 }],
  [{ windowMs: 1000 }, {}, { windowMs: 1000 }],
] as const)('%j and over it %j make %j', (base, over, merged) => {
  expect(mergeSettings(base, over)).toEqual(merged);
});
