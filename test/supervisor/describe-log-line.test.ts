import { describe, expect, it } from 'vitest';
import { describeLogLine } from '../../src/supervisor/describe-log-line.js';
import { coloured, plain } from '../../src/text/style.js';

const time = new Date(2026, 0, 2, 3, 4, 5, 6).getTime();

describe('describeLogLine', () => {
  it.each([
    ['plain text', 'plain text'],
    ['{"not":"pino"}', '{"not":"pino"}'],
    ['{broken', '{broken'],
    [JSON.stringify({ level: 30, time, msg: 'started' }), '03:04:05.006 INFO  started'],
    [
      JSON.stringify({
        level: 40,
        time,
        service: 'a',
        instance: 'a-1',
        trace: 't',
        pid: 1,
        hostname: 'h',
        order: 7,
        msg: 'slow',
      }),
      '03:04:05.006 WARN  slow order=7',
    ],
    [
      JSON.stringify({ level: 20, time, msg: 'x', path: '/a b', list: [1] }),
      '03:04:05.006 DEBUG x path="/a b" list=[1]',
    ],
    [
      JSON.stringify({ level: 50, time, msg: 'no', err: { message: 'm', stack: 'Error: m\n  at f' } }),
      '03:04:05.006 ERROR no\nError: m\n  at f',
    ],
    [
      JSON.stringify({
        level: 30,
        time,
        msg: 'GET /a 200',
        method: 'GET',
        url: '/a',
        status: 200,
        ms: 200,
        other: '/',
      }),
      '03:04:05.006 INFO  GET /a 200 ms=200 other=/',
    ],
    [
      JSON.stringify({
        level: 30,
        time,
        msg: 'request',
        method: 'GET',
        path: '/a',
        route: '/a',
        upstream: 'a',
        status: 200,
      }),
      '03:04:05.006 INFO  GET /a 200 upstream=a',
    ],
    [JSON.stringify({ level: 30, time, msg: 'request', order: 7 }), '03:04:05.006 INFO  request order=7'],
    [JSON.stringify({ level: 60, msg: 'dead' }), 'FATAL dead'],
    [JSON.stringify({ level: 'warn', time: new Date(time).toISOString(), msg: 'word' }), '03:04:05.006 WARN  word'],
  ])('%s', (line, text) => {
    expect(describeLogLine(line, plain)).toBe(text);
  });

  it('paints only for a terminal', () => {
    expect(describeLogLine(JSON.stringify({ level: 50, msg: 'no' }), coloured)).toContain('\u001b[31mERROR');
  });
});
