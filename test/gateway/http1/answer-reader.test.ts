import { describe, expect, it } from 'vitest';
import type { AnswerHead } from '../../../src/gateway/http1/answer-reader.js';
import { everySplit, type ReadMessage, readAnswer } from '../setup/read-messages.js';

const bytes = (text: string) => Buffer.from(text, 'latin1');
const answer = (fields: string, body = '', status = '200 OK') => `HTTP/1.1 ${status}\r\n${fields}\r\n${body}`;

const understood: [string, string, string[]][] = [
  ['one of known length', answer('Content-Length: 2\r\n', 'ok'), ['1.1 200 OK | Content-Length,2 | length | ok | ']],
  ['one without a body', answer('Content-Length: 0\r\n'), ['1.1 200 OK | Content-Length,0 | none |  | ']],
  [
    'one in chunks with trailers',
    answer('Transfer-Encoding: chunked\r\n', '2\r\nok\r\n0\r\nX: y\r\n\r\n'),
    ['1.1 200 OK | Transfer-Encoding,chunked | chunked | ok | X,y'],
  ],
  ['one that ends with its connection', answer('', 'to the end'), ['1.1 200 OK |  | until-close | to the end | ']],
  ['one without a reason', answer('Content-Length: 0\r\n', '', '200 '), ['1.1 200  | Content-Length,0 | none |  | ']],
  [
    'one with a reason in obs-text',
    answer('Content-Length: 0\r\n', '', '200 \xe4 b'),
    ['1.1 200 \xe4 b | Content-Length,0 | none |  | '],
  ],
  ['one of HTTP/1.0', 'HTTP/1.0 200 OK\r\n\r\nok', ['1.0 200 OK |  | until-close | ok | ']],
  [
    'a 204 with a length',
    answer('Content-Length: 7\r\n', '', '204 No Content'),
    ['1.1 204 No Content | Content-Length,7 | none |  | '],
  ],
  [
    'a 304 with a coding',
    answer('Transfer-Encoding: chunked\r\n', '', '304 Not Modified'),
    ['1.1 304 Not Modified | Transfer-Encoding,chunked | none |  | '],
  ],
  [
    'interim answers',
    `HTTP/1.1 100 \r\n\r\n${answer('Link: a\r\n', '', '103 Hints')}${answer('', 'x')}`,
    ['1.1 100  |  | none |  | ', '1.1 103 Hints | Link,a | none |  | ', '1.1 200 OK |  | until-close | x | '],
  ],
  [
    'a switch',
    answer('Upgrade: websocket\r\n', '', '101 Switching Protocols'),
    ['1.1 101 Switching Protocols | Upgrade,websocket | none |  | '],
  ],
  [
    'one with more behind it',
    answer('Content-Length: 2\r\n', 'okHTTP/1.1 200 OK\r\n\r\n'),
    ['1.1 200 OK | Content-Length,2 | length | ok | '],
  ],
];

const refused: [string, string][] = [
  ['garbage', 'SSH-2.0-server\r\n'],
  ['an empty line before the status', `\r\n${answer('')}`],
  ['a status of two digits', 'HTTP/1.1 20 OK\r\n\r\n'],
  ['a status of four digits', 'HTTP/1.1 2000 OK\r\n\r\n'],
  ['a status below 100', 'HTTP/1.1 099 OK\r\n\r\n'],
  ['a status above 599', 'HTTP/1.1 600 OK\r\n\r\n'],
  ['no space behind the status', 'HTTP/1.1 200\r\n\r\n'],
  ['two spaces before the status', 'HTTP/1.1  200 OK\r\n\r\n'],
  ['HTTP/2', 'HTTP/2 200 OK\r\n\r\n'],
  ['a control character in the reason', 'HTTP/1.1 200 O\x01K\r\n\r\n'],
  ['a bare LF', 'HTTP/1.1 200 OK\n\n'],
  ['a bare CR', 'HTTP/1.1 200 OK\rX: y\r\n\r\n'],
  ['an obs-fold', answer('X: a\r\n b\r\n')],
  ['a length and a coding', answer('Content-Length: 1\r\nTransfer-Encoding: chunked\r\n')],
  ['two lengths', answer('Content-Length: 1\r\nContent-Length: 1\r\n')],
  ['an unknown coding', answer('Transfer-Encoding: gzip\r\n')],
  ['an interim answer with a body', answer('Content-Length: 1\r\n', 'a', '103 Hints')],
  ['interim answers without end', 'HTTP/1.1 103 Hints\r\n\r\n'.repeat(65)],
  ['an interim answer that closes', answer('Connection: close\r\n', '', '103 Hints')],
  ['an interim answer of HTTP/1.0', 'HTTP/1.0 100 Continue\r\n\r\n'],
  ['a bad chunk', answer('Transfer-Encoding: chunked\r\n', 'z\r\n')],
];

describe('an answer', () => {
  it.each(understood)('is understood: %s', (_, text, expected) => {
    const read = readAnswer([bytes(text)]);
    expect(read.refused).toBeUndefined();
    expect(read.messages.every(({ isComplete }) => isComplete)).toBe(true);
    expect(read.messages.map(summary)).toEqual(expected);
  });

  it.each(refused)('is refused: %s', (_, text) => {
    expect(readAnswer([bytes(text)]).refused?.sentence).toMatch(/^[A-Z].*\.$/);
  });

  it.each(short([...understood, ...refused]))('means the same wherever it is cut: %s', (_, text) => {
    const whole = readAnswer([bytes(text)]);
    for (const pieces of everySplit(bytes(text))) {
      expect(readAnswer(pieces)).toEqual(whole);
      expect(readAnswer(pieces.map((piece) => piece.toString('latin1')))).toEqual(whole);
    }
    expect(readAnswer([bytes(text).toString('latin1')])).toEqual(whole);
  });

  it('to HEAD has no body, whatever it says', () => {
    const read = readAnswer([bytes(answer('Content-Length: 5\r\n'))], { method: 'HEAD' });
    expect(read.messages).toMatchObject([{ framing: { kind: 'none' }, isComplete: true }]);
  });

  it.each([
    ['in the head', 'HTTP/1.1 200 OK\r\n'],
    ['in a body of known length', answer('Content-Length: 3\r\n', 'ab')],
    ['in a chunk', answer('Transfer-Encoding: chunked\r\n', '3\r\nab')],
    ['before the last chunk', answer('Transfer-Encoding: chunked\r\n', '1\r\na\r\n')],
    ['before the end of the trailers', answer('Transfer-Encoding: chunked\r\n', '0\r\n')],
  ])('is not complete when its connection ends %s', (_, text) => {
    const { messages } = readAnswer([bytes(text)]);
    expect(messages.some(({ isComplete }) => isComplete)).toBe(false);
  });
});

function short(cases: readonly (readonly [string, string, ...unknown[]])[]): [string, string][] {
  return cases.flatMap(([name, text]): [string, string][] => (text.length < 1000 ? [[name, text]] : []));
}

function summary({ head, framing, body, trailers }: ReadMessage<AnswerHead>): string {
  return [`${head.httpVersion} ${head.status} ${head.reason}`, head.headers, framing.kind, body, trailers]
    .map(String)
    .join(' | ');
}
