import { describe, expect, it } from 'vitest';
import { formatDuration, parseDuration } from '../../src/text/duration.js';

describe('parseDuration', () => {
  it.each([
    ['500ms', 500],
    ['30s', 30_000],
    ['5m', 300_000],
    ['1h', 3_600_000],
    ['1h30m', 5_400_000],
    ['0.5s', 500],
  ])('reads %s', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  it.each(['', '30', 's', '3x', '-5s', '30s later', '0s', '1000d'])(
    'refuses "%s" and says how to write one',
    (text) => {
      expect(() => parseDuration(text)).toThrow(
        expect.objectContaining({ code: 'USAGE', hint: expect.stringContaining('30s') }),
      );
    },
  );
});

describe('formatDuration', () => {
  it.each([
    [0, '0 ms'],
    [-5, '0 ms'],
    [999, '999 ms'],
    [1240, '1.2 s'],
    [2000, '2 s'],
    [1960, '2 s'],
    [9999, '10 s'],
    [59_600, '1 m'],
    [250_000, '4 m 10 s'],
    [7_500_000, '2 h 5 m'],
    [273_600_000, '3 d 4 h'],
  ])('writes %d ms as %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });
});
