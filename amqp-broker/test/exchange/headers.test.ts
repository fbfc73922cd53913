import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Field, type FieldTable, integerOf, long, longstr } from '../../src/codec/field.js';
import { writeProperties } from '../../src/codec/properties.js';
import type { Exchange } from '../../src/exchange/exchange.js';
import { MATCH_MODES } from '../../src/exchange/headers.js';
import { changed, type Message } from '../../src/message.js';
import { exchangeOf, messageOf } from '../support/parts.js';

const name = fc.constantFrom('a', 'b', 'x-c', 'd');
const value = fc.constantFrom<Field>(
  longstr('1'),
  longstr('two'),
  { type: 'binary', value: 'two' },
  { type: 'signedint', value: 1 },
  long(1),
  { type: 'bool', value: true },
  { type: 'double', value: 1 },
  { type: 'array', value: [longstr('1')] },
  { type: 'array', value: [] },
);
const headers = fc.array(fc.tuple(name, value), { maxLength: 4 }).map((entries): FieldTable => new Map(entries));
const wanted = fc.oneof(value, fc.constant<Field>({ type: 'void', value: null }));
const pattern = fc
  .tuple(fc.option(fc.constantFrom(...MATCH_MODES)), fc.array(fc.tuple(name, wanted), { maxLength: 3 }))
  .map(
    ([mode, entries]): FieldTable =>
      new Map(mode === null ? entries : [...entries, ['x-match', longstr(mode)] as const]),
  );

test('the index finds what comparing with every binding finds', () => {
  fc.assert(
    fc.property(
      fc.array(pattern, { maxLength: 10 }),
      fc.array(headers, { maxLength: 6 }),
      fc.nat(),
      (patterns, messages, removed) => {
        const source = exchangeOf('headers');
        const targets = patterns.map((_, index) => exchangeOf('fanout', `to ${index}`));
        patterns.forEach((args, index) => void source.bind(targets[index] as Exchange, '', args));
        const gone = removed % (patterns.length + 1);
        if (gone < patterns.length) source.unbind(targets[gone] as Exchange, '', patterns[gone] as FieldTable);
        for (const sent of messages) {
          const found = new Set(source.match('', messageWith(sent)).map((target) => target.name));
          const expected = patterns.flatMap((args, index) =>
            index !== gone && matches(args, sent) ? [`to ${index}`] : [],
          );
          expect(found).toEqual(new Set(expected));
        }
      },
    ),
    { numRuns: 1000 },
  );
});

test('removing every binding leaves nothing that matches', () => {
  const source = exchangeOf('headers');
  const target = exchangeOf('fanout', 'target');
  const tables = [
    new Map(),
    new Map([['a', long(1)]]),
    new Map([
      ['x-match', longstr('any')],
      ['a', long(1)],
      ['b', long(2)],
    ]),
  ];
  for (const args of tables) source.bind(target, '', args);
  const message = messageWith(new Map([['a', long(1)]]));
  expect(source.match('', message)).toHaveLength(3);
  for (const args of tables) source.unbind(target, '', args);
  expect(source.match('', message)).toEqual([]);
});

function messageWith(fields: FieldTable): Message {
  const content = writeProperties({ headers: fields });
  return changed(messageOf(''), { content, bodyAt: content.length });
}

/** The plain reading of a binding's arguments. */
function matches(args: FieldTable, sent: FieldTable): boolean {
  const mode = String(args.get('x-match')?.value ?? 'all');
  const pairs = [...args].filter(
    ([each]) => each !== 'x-match' && (mode.endsWith('-with-x') || !each.startsWith('x-')),
  );
  const hits = pairs.map(([each, field]) => equal(field, sent.get(each)));
  return mode.startsWith('any') ? hits.includes(true) : !hits.includes(false);
}

function equal(field: Field, actual: Field | undefined): boolean {
  if (actual === undefined || field.type === 'void') return actual !== undefined;
  const number = integerOf(field);
  return number === undefined ? isDeepStrictEqual(field, actual) : number === integerOf(actual);
}
