import { expect, it } from 'vitest';
import { printable } from '../../src/text/printable.js';
import { coloured } from '../../src/text/style.js';

it.each([
  ['plain text, äöü and 漢字\n\ttab\n'],
  [coloured.bold(coloured.red('painted'))],
  ['\u001b[38;5;208mby a service\u001b[0m'],
  ['windows\r\n'],
])('leaves %j as it is', (text) => {
  expect(printable(text)).toBe(text);
});

it.each([
  ['\u001b[2Jcleared', '\\x1b[2Jcleared'],
  ['\u001b]0;title\u0007', '\\x1b]0;title\\x07'],
  ['\u009b6n', '\\x9b6n'],
  ['50 %\r100 %', '50 %\\x0d100 %'],
  ['\u0000\u007f', '\\x00\\x7f'],
])('spells the controls of %j out', (text, shown) => {
  expect(printable(text)).toBe(shown);
});
