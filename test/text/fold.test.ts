import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fold } from '../../src/text/fold.js';
import { coloured } from '../../src/text/style.js';
import { width } from '../../src/text/table.js';

it.each([
  [
    'a column',
    'broker  embedded at amqp://localhost',
    20,
    ['broker  embedded at', '        amqp://local', '        host'],
  ],
  ['an indentation', '    one two three four', 16, ['    one two', '    three four']],
  ['a process', 'order-service │ one two three four', 32, ['order-service │ one two three', '                four']],
  ['a level', '17:03:12.045 ERROR one two three', 30, ['17:03:12.045 ERROR one two', 'three']],
  [
    'a level',
    `17:03:12.045 ERROR one ${'x'.repeat(20)}`,
    40,
    ['17:03:12.045 ERROR one', `${' '.repeat(19)}${'x'.repeat(20)}`],
  ],
  ['nothing', 'one two three four', 10, ['one two', 'three four']],
  ['half of it', '0123456789  the rest', 15, ['0123456789  the', 'rest']],
])('lets a line hang below %s', (_, text, columns, lines) => {
  expect(fold(text, columns).split('\n')).toEqual(lines);
});

it('leaves everything alone where there is no terminal', () => {
  const text = 'x'.repeat(5000);
  expect(fold(text, Number.POSITIVE_INFINITY)).toBe(text);
});

it('loses nothing but blanks, and no line is wider than the terminal', () => {
  const word = fc.stringMatching(/^[a-z{}":,│-]{1,30}$/);
  const paint = fc.constantFrom(coloured.red, coloured.dim, (text: string) => text);
  const painted = fc.tuple(word, paint).map(([text, style]) => style(text));
  const line = fc.array(fc.tuple(painted, fc.constantFrom(' ', '  ', '   ')).map((parts) => parts.join('')));
  fc.assert(
    fc.property(line, fc.integer({ min: 10, max: 60 }), (parts, columns) => {
      const text = parts.join('').trimEnd();
      const folded = fold(text, columns);
      const letters = (of: string) => stripVTControlCharacters(of).replace(/\s/g, '');
      expect(letters(folded)).toBe(letters(text));
      for (const one of folded.split('\n')) expect(width(one)).toBeLessThanOrEqual(columns);
    }),
  );
});
