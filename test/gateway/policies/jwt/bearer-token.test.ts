import { expect, it } from 'vitest';
import { bearerToken } from '../../../../src/gateway/policies/jwt/bearer-token.js';

it.each([
  [[], undefined],
  [['Authorization', 'Bearer a.b.c'], { token: 'a.b.c' }],
  [['authorization', 'bearer  a.b-_c='], { token: 'a.b-_c=' }],
  [['Authorization', 'Basic dXNlcg=='], { refused: 'the Authorization is not a bearer token' }],
  [['Authorization', 'Bearer'], { refused: 'the Authorization is not a bearer token' }],
  [['Authorization', 'Bearer a b'], { refused: 'the Authorization is not a bearer token' }],
  [['Authorization', 'Bearer a', 'authorization', 'Bearer b'], { refused: 'there is more than one Authorization' }],
  [['Authorization', `Bearer ${'a'.repeat(8193)}`], { refused: 'it is longer than 8192 characters' }],
])('%j', (headers, found) => {
  expect(bearerToken(headers)).toEqual(found);
});
