// biome-ignore-all lint/suspicious/noTemplateCurlyInString: mscli.yaml writes its variables so
import { expect, test } from 'vitest';
import { expandVariables } from '../../src/workspace/variables.js';

const env = { NAME: 'shop', EMPTY: '' };

test.each([
  ['plain', 'plain'],
  ['${NAME}', 'shop'],
  ['a-${NAME}-${NAME}', 'a-shop-shop'],
  ['${EMPTY}', ''],
  ['${EMPTY:-other}', 'other'],
  ['${NONE:-}', ''],
  ['${NONE:-amqp://a:b@c:1/${NAME}', 'amqp://a:b@c:1/${NAME'],
  ['$NAME', '$NAME'],
  ['$${NAME}', '${NAME}'],
  ['100$', '100$'],
])('%s becomes %s', (text, expected) => {
  expect(expandVariables(text, env)).toEqual({ text: expected, problems: [] });
});

test('every unset variable is a problem', () => {
  expect(expandVariables('${A}${NAME}${B}', env).problems).toEqual([
    expect.stringContaining('needs A,'),
    expect.stringContaining('needs B,'),
  ]);
});

test('names of Object.prototype are not set', () => {
  expect(expandVariables('${constructor}', {}).problems).toHaveLength(1);
});
