import fc from 'fast-check';
import { expect, test } from 'vitest';
import { NO_FIELDS } from '../../src/codec/field.js';
import { Exchange } from '../../src/exchange/exchange.js';
import { exchangeOf, messageOf } from '../support/parts.js';

const word = fc.constantFrom('a', 'b', 'c', '');
const key = fc.array(word, { maxLength: 5 }).map((words) => words.join('.'));
const pattern = fc.array(fc.oneof(word, fc.constantFrom('*', '#')), { maxLength: 5 }).map((words) => words.join('.'));

test('the trie matches what the plain reading of the pattern matches', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(pattern, { maxLength: 12 }),
      fc.array(key, { maxLength: 8 }),
      fc.nat(),
      (patterns, keys, removed) => {
        const source = exchangeOf('topic');
        const targets = patterns.map((routingKey) => new Exchange({ ...declaration, name: `to ${routingKey}` }));
        patterns.forEach((routingKey, index) => {
          source.bind(targets[index] as Exchange, routingKey, NO_FIELDS);
        });
        const gone = removed % (patterns.length + 1);
        if (gone < patterns.length) source.unbind(targets[gone] as Exchange, patterns[gone] as string, NO_FIELDS);
        for (const routingKey of keys) {
          const found = new Set(source.match(routingKey, messageOf(routingKey)).map((target) => target.name));
          const expected = patterns.filter((each, index) => index !== gone && matches(split(each), split(routingKey)));
          expect(found).toEqual(new Set(expected.map((each) => `to ${each}`)));
        }
      },
    ),
    { numRuns: 500 },
  );
});

const declaration = {
  type: 'fanout',
  durable: false,
  autoDelete: false,
  internal: false,
  arguments: NO_FIELDS,
} as const;

function split(text: string): string[] {
  return text === '' ? [] : text.split('.');
}

function matches([head, ...rest]: string[], words: string[]): boolean {
  if (head === undefined) return words.length === 0;
  if (head === '#') return matches(rest, words) || (words.length > 0 && matches([head, ...rest], words.slice(1)));
  return words.length > 0 && (head === '*' || head === words[0]) && matches(rest, words.slice(1));
}
