import { retryAfterMs } from '@mscli/runtime/breaker';
import { expect, test } from 'vitest';

const now = Date.parse('2026-01-01T00:00:00Z');

test.each([
  [503, '5', 5000],
  [429, ' 0 ', 0],
  [503, 'Thu, 01 Jan 2026 00:00:09 GMT', 9000],
  [503, 'Wed, 31 Dec 2025 00:00:00 GMT', 0],
  [503, undefined, undefined],
  [503, 'soon', undefined],
  [503, ['1', '2'], undefined],
  [500, '5', undefined],
  [200, '5', undefined],
])('%d with Retry-After %j asks for %j ms', (status, header, expected) => {
  expect(retryAfterMs(status, header, now)).toBe(expected);
});
