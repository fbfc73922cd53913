import { expect, it } from 'vitest';
import { coloured, plain } from '../../src/text/style.js';
import { cut, table } from '../../src/text/table.js';
import { wrap } from '../../src/text/wrap.js';

it('aligns the columns and leaves no blanks at the end of a line', () => {
  const rows = [
    ['gateway->order-service', 'closed', ''],
    ['a', 'forced-open', 'by ada'],
  ];
  expect(table(['BREAKER', 'STATE', 'OVERRIDE'], rows, plain)).toBe(
    [
      'BREAKER                 STATE        OVERRIDE',
      'gateway->order-service  closed',
      'a                       forced-open  by ada',
      '',
    ].join('\n'),
  );
});

it('measures a painted cell without its paint', () => {
  const lines = table(['A', 'B'], [[coloured.red('xx'), 'y']], plain).split('\n');
  expect(lines[1]).toBe(`${coloured.red('xx')}  y`);
  expect(lines[0]).toBe('A   B');
});

it('goes on below where a row is longer than the terminal', () => {
  const rows = [
    ['order-service', 'ready', ''],
    ['stock-service', 'failed', `the last crash: ${coloured.red('it was killed')} by SIGKILL`],
  ];
  expect(table(['NAME', 'STATE', 'DETAIL'], rows, plain, 44)).toBe(
    [
      'NAME           STATE   DETAIL',
      'order-service  ready',
      'stock-service  failed  the last crash: it',
      '                       was killed by SIGKILL',
      '',
    ].join('\n'),
  );
  expect(table(['NAME', 'STATE', 'DETAIL'], rows, plain, 19)).toBe(
    [
      'NAME         STATE',
      '    DETAIL',
      'order-servi  ready',
      'ce',
      'stock-servi  failed',
      'ce',
      '    the last crash:',
      '    it was killed',
      '    by SIGKILL',
      '',
    ].join('\n'),
  );
  expect(table(['NAME', 'STATE', 'DETAIL'], rows, plain, 26).split('\n').slice(0, 2)).toEqual([
    'NAME           STATE',
    '    DETAIL',
  ]);
  expect(table(['NAME', 'STATE', 'DETAIL'], rows, plain, 40).split('\n').slice(2)).toEqual([
    'stock-service  failed',
    '    the last crash: it was killed by',
    '    SIGKILL',
    '',
  ]);
});

it('makes the widest column narrower where the last is short', () => {
  const rows = [['user-service.registered', '2', '0']];
  expect(table(['QUEUE', 'WAITING', 'OUT/S'], rows, plain, 30)).toBe(
    ['QUEUE           WAITING  OUT/S', 'user-service.r  2        0', 'egistered', ''].join('\n'),
  );
});

it('cuts with an ellipsis within the width', () => {
  expect(cut('abcdef', 4)).toBe('abc…');
  expect(cut('abcd', 4)).toBe('abcd');
});

it('wraps between words, and cuts a word only where it is longer than a line', () => {
  expect(wrap('one two  three averyverylongword x', 9)).toEqual(['one two', 'three', 'averyvery', 'longword', 'x']);
  expect(wrap('', 9)).toEqual([]);
});
