import { expect, it } from 'vitest';
import { hopByHopNames } from '../../../src/gateway/headers/hop-by-hop.js';
import { forwardableTrailers } from '../../../src/gateway/headers/trailers.js';

it('lists what Connection names, over several lines and in any case', () => {
  const names = hopByHopNames(['Connection', 'close, X-One', 'CONNECTION', 'keep-alive,x-Two ,']);
  expect([...names]).toEqual(expect.arrayContaining(['connection', 'te', 'upgrade', 'x-one', 'x-two']));
  expect(names.has('close')).toBe(false);
});

it('passes no trailer on that could change what was decided', () => {
  const trailers = ['Checksum', 'abc', 'Content-Length', '3', 'X-Forwarded-For', '1.1.1.1', 'Host', 'x', 'TE', 'y'];
  expect(forwardableTrailers(trailers)).toEqual(['Checksum', 'abc']);
});
