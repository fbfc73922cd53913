import { expect, it } from 'vitest';
import { answerFields } from '../../../../src/gateway/front/http2/answer-fields.js';

it('joins lines of one name, keeps those apart whose values hold commas, and knows no prototype', () => {
  const fields = ['X-A', '1', 'Set-Cookie', 'a', 'x-a', '2', 'set-cookie', 'b', 'SET-COOKIE', 'c', '__proto__', 'p'];
  const found = answerFields(200, fields);
  expect(Object.entries(found)).toEqual([
    [':status', 200],
    ['x-a', '1, 2'],
    ['set-cookie', ['a', 'b', 'c']],
    ['__proto__', 'p'],
  ]);
});
