import { describe, expect, it } from 'vitest';
import type { RequestHead } from '../../../src/gateway/http1/request-reader.js';
import { everySplit, type ReadMessage, readRequests } from '../setup/read-messages.js';

const bytes = (text: string) => Buffer.from(text, 'latin1');
const head = (...fields: string[]) => `GET / HTTP/1.1\r\n${fields.map((field) => `${field}\r\n`).join('')}\r\n`;
const post = (fields: string, body: string, version = '1.1') => `POST / HTTP/${version}\r\n${fields}\r\n${body}`;
const inChunks = (body: string) => post('Transfer-Encoding: chunked\r\n', body);

const understood: [string, string, string[]][] = [
  [
    'a request',
    head('Host: a', 'X-One: 1', 'X-One:2', 'X-Empty:', 'X-Blank:  \t', 'X-Wide: \t a b\t '),
    ['GET / 1.1 | Host,a,X-One,1,X-One,2,X-Empty,,X-Blank,,X-Wide,a b | none |  | '],
  ],
  ['one without fields', 'GET / HTTP/1.0\r\n\r\n', ['GET / 1.0 |  | none |  | ']],
  ['one behind an empty line', `\r\n${head('Host: a')}`, ['GET / 1.1 | Host,a | none |  | ']],
  ['a value with obs-text', head('X: \xe4\xff'), ['GET / 1.1 | X,\xe4\xff | none |  | ']],
  [
    'any visible target',
    'OPTIONS /a|b{c}[d]^`"<>?x=%zz#\' HTTP/1.1\r\n\r\n',
    ['OPTIONS /a|b{c}[d]^`"<>?x=%zz#\' 1.1 |  | none |  | '],
  ],
  ['a CONNECT', 'CONNECT [::1]:80 HTTP/1.1\r\n\r\n', ['CONNECT [::1]:80 1.1 |  | none |  | ']],
  ['an absolute target', 'GET HTTP://A:80?b HTTP/1.1\r\n\r\n', ['GET HTTP://A:80?b 1.1 |  | none |  | ']],
  [
    'a body of known length',
    post('Content-Length: 5\r\n', 'hello'),
    ['POST / 1.1 | Content-Length,5 | length | hello | '],
  ],
  ['a length of 0', post('Content-Length: 0\r\n', ''), ['POST / 1.1 | Content-Length,0 | none |  | ']],
  [
    'chunks',
    inChunks('5\r\nhello\r\n006\r\n world\r\nA\r\n0123456789\r\n0\r\n\r\n'),
    ['POST / 1.1 | Transfer-Encoding,chunked | chunked | hello world0123456789 | '],
  ],
  [
    'chunks with extensions',
    inChunks('5;a;b=c\r\nhello\r\n0;x=y\r\n\r\n'),
    ['POST / 1.1 | Transfer-Encoding,chunked | chunked | hello | '],
  ],
  [
    'chunks with trailers',
    inChunks('5\r\nhello\r\n0\r\nA: 1\r\nB: 2\r\n\r\n'),
    ['POST / 1.1 | Transfer-Encoding,chunked | chunked | hello | A,1,B,2'],
  ],
  [
    'a coding in capitals',
    post('transfer-encoding: CHUNKED\r\n', '0\r\n\r\n'),
    ['POST / 1.1 | transfer-encoding,CHUNKED | chunked |  | '],
  ],
  [
    'three pipelined ones',
    `${head('A: 1')}${post('Content-Length: 2\r\n', 'xy')}${inChunks('1\r\nz\r\n0\r\n\r\n')}`,
    [
      'GET / 1.1 | A,1 | none |  | ',
      'POST / 1.1 | Content-Length,2 | length | xy | ',
      'POST / 1.1 | Transfer-Encoding,chunked | chunked | z | ',
    ],
  ],
];

const refused: [string, string, number][] = [
  ['a bare LF behind the request line', 'GET / HTTP/1.1\nHost: a\r\n\r\n', 400],
  ['a bare LF behind a field', 'GET / HTTP/1.1\r\nHost: a\n\r\n', 400],
  ['a bare LF as the empty line', 'GET / HTTP/1.1\r\nHost: a\r\n\n', 400],
  ['a bare CR in a field', head('X: a\rb'), 400],
  ['a bare CR in the request line', 'GET /\r HTTP/1.1\r\n\r\n', 400],
  ['a bare CR as the empty line', 'GET / HTTP/1.1\r\nHost: a\r\n\rX', 400],
  ['an obs-fold', head('X: a', ' b'), 400],
  ['an obs-fold with a tab', head('X: a', '\tb'), 400],
  ['a blank before the first field', head(' X: a'), 400],
  ['a space before a colon', head('X : a'), 400],
  ['a tab before a colon', head('X\t: a'), 400],
  ['a field without a name', head(': a'), 400],
  ['a field without a colon', head('X'), 400],
  ['a name with a bracket', head('X(: a'), 400],
  ['a name with obs-text', head('X\xe4: a'), 400],
  ['a NUL in a value', head('X: a\0b'), 400],
  ['a DEL in a value', head('X: a\x7fb'), 400],
  ['an escape in a value', head('X: a\x1bb'), 400],
  ['two empty lines before the request', `\r\n\r\n${head()}`, 400],
  ['a blank before the method', ` ${head()}`, 400],
  ['two spaces behind the method', 'GET  / HTTP/1.1\r\n\r\n', 400],
  ['two spaces behind the target', 'GET /  HTTP/1.1\r\n\r\n', 400],
  ['a tab behind the method', 'GET\t/ HTTP/1.1\r\n\r\n', 400],
  ['a blank behind the version', 'GET / HTTP/1.1 \r\n\r\n', 400],
  ['junk behind the version', 'GET / HTTP/1.1x\r\n\r\n', 400],
  ['a request line of HTTP/0.9', 'GET /\r\n\r\n', 400],
  ['a version that is to come', 'GET / HTTP/1.2\r\n\r\n', 400],
  ['a version in lower case', 'GET / http/1.1\r\n\r\n', 400],
  ['a version with two digits', 'GET / HTTP/1.10\r\n\r\n', 400],
  ['obs-text in a target', 'GET /\xe4 HTTP/1.1\r\n\r\n', 400],
  ['a method in lower case', 'get / HTTP/1.1\r\n\r\n', 501],
  ['an unknown method', 'FETCH / HTTP/1.1\r\n\r\n', 501],
  ['a TLS hello', '\x16\x03\x01\x02\x00', 400],
  ['a length and a coding', post('Content-Length: 5\r\nTransfer-Encoding: chunked\r\n', '0\r\n\r\n'), 400],
  ['two different lengths', post('Content-Length: 1\r\nContent-Length: 2\r\n', 'ab'), 400],
  ['two equal lengths', post('Content-Length: 1\r\nContent-Length: 1\r\n', 'a'), 400],
  ['a list of lengths', post('Content-Length: 1, 1\r\n', 'a'), 400],
  ...['', '+1', '-1', '0x1', '1_0', '1.0', '1e1', '01', '1 1', '\xb2', '9'.repeat(16)].map(
    (length): [string, string, number] => [`the length ${length}`, post(`Content-Length: ${length}\r\n`, 'a'), 400],
  ),
  ['an empty coding', post('Transfer-Encoding:\r\n', ''), 400],
  ['a coding that is not known', post('Transfer-Encoding: gzip\r\n', ''), 501],
  ['a coding before chunked', post('Transfer-Encoding: gzip, chunked\r\n', ''), 501],
  ['a coding behind chunked', post('Transfer-Encoding: chunked, gzip\r\n', ''), 400],
  ['chunked twice', post('Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n', ''), 400],
  ['a coding with parameters', post('Transfer-Encoding: chunked;q=1\r\n', ''), 501],
  ['a coding and a comma', post('Transfer-Encoding: chunked,\r\n', ''), 400],
  ['a coding and a tab', post('Transfer-Encoding: chunked\t\r\n', ''), 400],
  ['a coding in quotes', post('Transfer-Encoding: "chunked"\r\n', ''), 501],
  ['chunks of HTTP/1.0', post('Transfer-Encoding: chunked\r\n', '0\r\n\r\n', '1.0'), 400],
  ...['', 'g', '-1', '+1', '0x1', '1_', ' 1', '1 ', '1\t', '\xb2', '1;', '1; a', '1;a=', '1;a="b"', '1;a\0', '1,2'].map(
    (size): [string, string, number] => [`the chunk size ${JSON.stringify(size)}`, inChunks(`${size}\r\na\r\n`), 400],
  ),
  ['a chunk size that is no exact number', inChunks(`${'f'.repeat(13)}\r\n`), 400],
  ['a chunk size behind many zeros', inChunks(`${'0'.repeat(20)}1\r\n`), 400],
  ['a chunk size that ends in a bare LF', inChunks('1\na\r\n0\r\n\r\n'), 400],
  ['a chunk size that ends in a bare CR', inChunks('1\ra\r\n0\r\n\r\n'), 400],
  ['a chunk that is longer than its size', inChunks('1\r\nab\r\n0\r\n\r\n'), 400],
  ['a chunk that ends in a bare LF', inChunks('1\r\na\n0\r\n\r\n'), 400],
  ['a chunk extension without end', inChunks(`1;${'a'.repeat(300)}\r\na\r\n`), 400],
  ['chunk extensions without end', inChunks(`1;${'a'.repeat(200)}\r\na\r\n`.repeat(30)), 400],
  ['a bad trailer', inChunks('0\r\nX : a\r\n\r\n'), 400],
  ['trailers that end in a bare LF', inChunks('0\r\nX: a\n\n'), 400],
  ['trailers without end', inChunks(`0\r\n${`X: ${'a'.repeat(400)}\r\n`.repeat(50)}`), 431],
  ['a length among the trailers', inChunks('0\r\nContent-Length: 0\r\n\r\n'), 400],
  ['a coding among the trailers', inChunks('0\r\nX: y\r\ntransfer-encoding: chunked\r\n\r\n'), 400],
  ['a close among the trailers', inChunks('0\r\nConnection: close\r\n\r\n'), 400],
  ['an absolute target without a host', 'GET http:///a HTTP/1.1\r\n\r\n', 400],
  ['an absolute target with a quote in its host', 'GET http://"a/ HTTP/1.1\r\n\r\n', 400],
  ['an absolute target with a user', 'GET http://a@b/ HTTP/1.1\r\n\r\n', 400],
  ['a CONNECT to a path', 'CONNECT /a HTTP/1.1\r\n\r\n', 400],
  ['an authority without CONNECT', 'GET a:80 HTTP/1.1\r\n\r\n', 400],
  ['a target of no form', 'GET ?x HTTP/1.1\r\n\r\n', 400],
  ['a target with another scheme', 'GET ftp://a/ HTTP/1.1\r\n\r\n', 400],
  ['too many fields', head(...Array.from({ length: 201 }, () => 'X: y')), 431],
  ['a head that is too large', head(`X: ${'y'.repeat(17_000)}`), 431],
  ['a head without end', `GET / HTTP/1.1\r\nX: ${'y'.repeat(17_000)}`, 431],
  ['a target without end', `GET /${'y'.repeat(17_000)}`, 414],
];

describe('a request', () => {
  it.each(understood)('is understood: %s', (_, text, expected) => {
    const read = readRequests([bytes(text)]);
    expect(read.refused).toBeUndefined();
    expect(read.messages.every(({ isComplete }) => isComplete)).toBe(true);
    expect(read.messages.map(summary)).toEqual(expected);
  });

  it.each(refused)('is refused: %s', (_, text, status) => {
    const read = readRequests([bytes(text)]);
    expect(read.refused?.status).toBe(status);
    expect(read.refused?.sentence).toMatch(/^[A-Z].*\.$/);
  });

  it.each(short([...understood, ...refused]))('means the same wherever it is cut: %s', (_, text) => {
    const whole = readRequests([bytes(text)]);
    for (const pieces of everySplit(bytes(text))) expect(readRequests(pieces)).toEqual(whole);
  });

  it.each(refused.filter(([, text]) => text.length >= 1000))('means the same byte by byte: %s', (_, text) => {
    const whole = readRequests([bytes(text)]);
    expect(readRequests(Array.from(bytes(text), (byte) => Buffer.from([byte])))).toEqual(whole);
  });

  it('takes a head of exactly the size that is allowed', () => {
    const text = head(`X: ${'y'.repeat(16 * 1024 - head('X: ').length)}`);
    expect(text).toHaveLength(16 * 1024);
    expect(readRequests([bytes(text)]).messages).toHaveLength(1);
    expect(readRequests([bytes(text.replace('yy', 'yyy'))]).refused?.status).toBe(431);
  });
});

function short(cases: readonly (readonly [string, string, ...unknown[]])[]): [string, string][] {
  return cases.flatMap(([name, text]): [string, string][] => (text.length < 1000 ? [[name, text]] : []));
}

function summary({ head, framing, body, trailers }: ReadMessage<RequestHead>): string {
  return [`${head.method} ${head.target} ${head.httpVersion}`, head.headers, framing.kind, body, trailers]
    .map(String)
    .join(' | ');
}
