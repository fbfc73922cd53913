import { describe, expect, it } from 'vitest';
import { Peer } from '../../../src/gateway/headers/peer.js';

describe('forwardedLines', () => {
  it('says what the gateway saw', () => {
    const peer = new Peer('203.0.113.7', 'http');
    expect(peer.forwardedLines('shop.example:8080', '/api').split('\r\n')).toEqual([
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
    const lines = new Peer(address, 'https').forwardedLines(undefined, undefined);
    expect(lines).toBe(`Forwarded: ${forwarded}\r\nX-Forwarded-For: ${plain}\r\nX-Forwarded-Proto: https\r\n`);
  });
});

it('encodes a prefix that a header could not hold', () => {
  const lines = new Peer('::1', 'http').forwardedLines(undefined, '/\u010d\u010aX: y/a%20b');
  expect(lines.split('\r\n').at(-2)).toBe('X-Forwarded-Prefix: /%C4%8D%C4%8AX:%20y/a%20b');
});

it('says of each request what is so for it, whatever the one before was', () => {
  const peer = new Peer('203.0.113.7', 'http');
  const asked: [string | undefined, string | undefined][] = [
    ['a', '/x'],
    ['b', '/x'],
    ['b', '/y'],
    ['b', undefined],
    [undefined, undefined],
    ['b', undefined],
  ];
  for (const [host, prefix] of asked) {
    const fresh = new Peer('203.0.113.7', 'http').forwardedLines(host, prefix);
    expect(peer.forwardedLines(host, prefix)).toBe(fresh);
    expect(peer.forwardedLines(host, prefix)).toBe(fresh);
  }
});
