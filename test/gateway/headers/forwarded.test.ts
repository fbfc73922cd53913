import { describe, expect, it } from 'vitest';
import { forwardedLines, isForgeable } from '../../../src/gateway/headers/forwarded.js';

describe('forwardedLines', () => {
  it('says what the gateway saw', () => {
    const client = { address: '203.0.113.7', protocol: 'http', host: 'shop.example:8080' } as const;
    expect(forwardedLines(client, '/api').split('\r\n')).toEqual([
      'Forwarded: for=203.0.113.7;host="shop.example:8080";proto=http',
      'X-Forwarded-For: 203.0.113.7',
      'X-Forwarded-Proto: http',
      'X-Forwarded-Host: shop.example:8080',
      'X-Forwarded-Prefix: /api',
      '',
    ]);
  });

  it.each([
    ['::ffff:203.0.113.7', 'for=203.0.113.7;proto=https', '203.0.113.7'],
    ['2001:db8::1', 'for="[2001:db8::1]";proto=https', '2001:db8::1'],
    ['fe80::1%eth0', 'for="[fe80::1]";proto=https', 'fe80::1'],
  ])('writes the address %s as RFC 7239 wants it', (address, forwarded, plain) => {
    const lines = forwardedLines({ address, protocol: 'https', host: undefined }, undefined);
    expect(lines).toBe(`Forwarded: ${forwarded}\r\nX-Forwarded-For: ${plain}\r\nX-Forwarded-Proto: https\r\n`);
  });
});

it('encodes a prefix that a header could not hold', () => {
  const client = { address: '::1', protocol: 'http', host: undefined } as const;
  const lines = forwardedLines(client, '/\u010d\u010aX: y/a%20b');
  expect(lines.split('\r\n').at(-2)).toBe('X-Forwarded-Prefix: /%C4%8D%C4%8AX:%20y/a%20b');
});

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
