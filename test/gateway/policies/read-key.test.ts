import { describe, expect, it } from 'vitest';
import { keyReader, networkOf } from '../../../src/gateway/policies/read-key.js';
import { testExchange } from '../setup/test-exchange.js';

describe('networkOf', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::1', '2001:db8:1:2::/64'],
    ['2001:DB8:1:2::', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ])('%s is in %s', (address, network) => {
    expect(networkOf(address)).toBe(network);
  });
});

describe('keyReader', () => {
  const exchange = testExchange({
    headers: ['X-Api-Key', 'k1', 'Cookie', 'a=1; session=s1', 'Cookie', 'b=2;session=s2'],
    claims: { sub: 'alice', level: 7, roles: ['admin'] },
  });

  it.each([
    ['ip', '203.0.113.7'],
    ['header:x-api-key', 'k1'],
    ['header:X-API-KEY', 'k1'],
    ['header:x-other', undefined],
    ['cookie:session', 's1'],
    ['cookie:b', '2'],
    ['cookie:ession', undefined],
    ['claim:sub', 'alice'],
    ['claim:level', '7'],
    ['claim:roles', undefined],
    ['claim:none', undefined],
  ])('%s reads %s', (setting, key) => {
    expect(keyReader(setting)(exchange)).toBe(key);
  });
});
