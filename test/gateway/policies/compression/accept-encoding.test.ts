import { describe, expect, it } from 'vitest';
import { chooseCoding } from '../../../../src/gateway/policies/compression/accept-encoding.js';

describe('chooseCoding', () => {
  it.each([
    [[], undefined],
    [[''], undefined],
    [['identity'], undefined],
    [['gzip'], 'gzip'],
    [['x-gzip'], 'gzip'],
    [['GZip, BR'], 'br'],
    [['gzip', 'br'], 'br'],
    [['gzip, deflate, br, zstd'], 'br'],
    [['br;q=0.5, gzip;q=0.8'], 'gzip'],
    [['br; q=0.8 , gzip ; Q=0.8'], 'br'],
    [['br;q=0, gzip;q=0'], undefined],
    [['br;q=0, *'], 'gzip'],
    [['*'], 'br'],
    [['*;q=0'], undefined],
    [['gzip;q=0.001'], 'gzip'],
    [['gzip;q=0.000'], undefined],
    [['identity, gzip;q=0.5'], undefined],
    [['identity;q=0.5, gzip;q=0.5'], 'gzip'],
    [['identity;q=0'], undefined],
    [['gzip;q=1.001'], undefined],
    [['gzip;q=-1'], undefined],
    [['gzip;q=much'], undefined],
    [['gzip;level=9'], 'gzip'],
    [['gzip, gzip;q=0'], undefined],
    [['gzippy, brr'], undefined],
  ])('%j takes %s', (accepted, coding) => {
    expect(chooseCoding(accepted, ['br', 'gzip'])).toBe(coding);
  });

  it('takes only what is on offer, in the order of the offer', () => {
    expect(chooseCoding(['br, gzip'], ['gzip'])).toBe('gzip');
    expect(chooseCoding(['br, gzip'], ['gzip', 'br'])).toBe('gzip');
  });
});
