import { expect, it } from 'vitest';
import { mergeByTime } from '../../src/supervisor/merge-by-time.js';

const pino = (time: number | string, msg: string) => JSON.stringify({ level: 30, time, msg });

it('puts the lines of all processes in the order of their times', () => {
  const merged = mergeByTime([
    { process: 'a', lines: ['banner', pino(2000, 'a2'), '  at some line of a stack', pino(5000, 'a5')] },
    { process: 'b', lines: [pino('1970-01-01T00:00:01.000Z', 'b1'), pino(4000, 'b4'), pino(3000, 'b3, late')] },
    { process: 'c', lines: ['1970-01-01 00:00:03.500000+00:00 [info] c', '{"time":"no time"}', '{broken'] },
    { process: 'd', lines: [] },
  ]);
  expect(merged.map(({ process, line }) => `${process} ${line}`)).toEqual([
    `b ${pino('1970-01-01T00:00:01.000Z', 'b1')}`,
    'a banner',
    `a ${pino(2000, 'a2')}`,
    'a   at some line of a stack',
    'c 1970-01-01 00:00:03.500000+00:00 [info] c',
    'c {"time":"no time"}',
    'c {broken',
    `b ${pino(4000, 'b4')}`,
    `b ${pino(3000, 'b3, late')}`,
    `a ${pino(5000, 'a5')}`,
  ]);
});
