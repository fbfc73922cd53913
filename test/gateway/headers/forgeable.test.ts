import { describe, expect, it } from 'vitest';
import { isForgeable } from '../../../src/gateway/headers/forgeable.js';

describe('isForgeable', () => {
  it.each([
    'forwarded',
    'x-forwarded-for',
    'x-forwarded-anything',
    'x_forwarded_for',
    'content_length',
    'transfer_encoding',
    'x-real-ip',
    'x-original-url',
    'x-request-id',
    'true-client-ip',
  ])('never takes a client’s word for %s', (name) => {
    expect(isForgeable(name)).toBe(true);
  });

  it.each(['accept', 'x-forward', 'authorization', 'x-custom'])('leaves %s alone', (name) => {
    expect(isForgeable(name)).toBe(false);
  });
});
