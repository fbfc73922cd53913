import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addClaimFields, claimText } from '../../../../src/gateway/policies/jwt/claim-fields.js';

describe('claimText', () => {
  it.each([
    ['alice', 'alice'],
    ['a b', 'a b'],
    [7, '7'],
    [true, 'true'],
    [['a', 'b'], '["a","b"]'],
    [{ a: 1 }, '{"a":1}'],
    ['{"a":1}', '"{\\"a\\":1}"'],
    ['[x]', '"[x]"'],
    ['"x"', '"\\"x\\""'],
    [' alice', '" alice"'],
    ['', '""'],
    ['J\u00fcrgen', '"J\\u00fcrgen"'],
    ['a\r\nx-admin: 1', '"a\\r\\nx-admin: 1"'],
    [null, undefined],
    [undefined, undefined],
  ])('writes %j as %j', (claim, text) => {
    expect(claimText(claim)).toBe(text);
  });

  it('never leaves visible ASCII, and always says what the claim was', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (claim) => {
        const text = claimText(claim);
        if (claim === null) {
          expect(text).toBeUndefined();
          return;
        }
        expect(text).toMatch(/^[ -~]+$/);
        const isPlain = typeof claim === 'string' && text === claim;
        expect(isPlain ? text : JSON.parse(text ?? '')).toEqual(JSON.parse(JSON.stringify(claim)));
      }),
    );
  });
});

it('names the fields after the claims, and leaves out what is not there or too long', () => {
  const claims = { sub: 'alice', email_verified: true, note: 'x'.repeat(5000) };
  expect(addClaimFields(undefined, claims, ['sub', 'email_verified', 'note', 'none'])?.add).toEqual([
    ...['X-Jwt-sub', 'alice'],
    ...['X-Jwt-email-verified', 'true'],
  ]);
});
