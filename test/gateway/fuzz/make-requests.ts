import { fieldsText, lineEnd, mutateBytes, randomChunks, randomFields } from './mutate-message.js';
import type { Random } from './random.js';

const methods = [
  ...['GET', 'POST', 'PUT', 'HEAD', 'DELETE', 'OPTIONS', 'PATCH', 'TRACE', 'CONNECT', 'PROPFIND', 'PURGE', 'M-SEARCH'],
  ...['get', 'GETT', 'FOO', 'PRI', ' GET', 'G ET', 'GE\tT', 'SOURCE', ''],
];
const targets = [
  ...[
    '/',
    '/a/b?c=d',
    'http://a/b',
    'https://b',
    'http://a?b',
    'http://[::1]:80/',
    'http://a:b@c/',
    'HTTP://A',
    '*',
    'a:80',
    '/%2e%2e/',
    '/a b',
    '/\xe4',
    '/#x',
    '/\x00',
    '/\t',
    '',
  ],
  ...['//a', '/\\', '/?x=\x7f', '?', 'http://', 'x://y/z', '/{}|^`"<>'],
];
const versions = [
  ...Array(30).fill('HTTP/1.1'),
  ...[
    'HTTP/1.0',
    'HTTP/1.0',
    'HTTP/1.2',
    'HTTP/2.0',
    'HTTP/0.9',
    'http/1.1',
    'HTTP/1.1 ',
    'HTTP/11',
    'HTTP/1,1',
    'ICE/1.0',
    '',
  ],
];

/** One to three requests, each nearly right. */
export function makeRequests(from: Random): Buffer {
  const count = from.oneIn(3) ? 1 + from.int(3) : 1;
  const text = Array.from({ length: count }, () => makeRequest(from)).join('');
  return Buffer.from(mutateBytes(text, from), 'latin1');
}

function makeRequest(from: Random): string {
  const method = from.oneIn(8) ? from.pick(methods) : from.pick(['GET', 'POST']);
  const target = from.oneIn(8) ? from.pick(targets) : '/';
  const space = from.oneIn(40) ? from.pick(['  ', '\t', '', '\r', '\x0b']) : ' ';
  const before = from.oneIn(30) ? from.pick(['\r\n', '\n', '\r\n\r\n', ' ', '\r', '\0']) : '';
  const line = `${before}${method}${space}${target} ${from.pick(versions)}${lineEnd(from)}`;
  const [framing, body] = makeBody(from);
  return `${line}Host: a\r\n${fieldsText(randomFields(from))}${framing}${lineEnd(from)}${body}`;
}

function makeBody(from: Random): [framing: string, body: string] {
  switch (from.int(4)) {
    case 0: {
      const body = from.pick(['hello', '', 'GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n', '0\r\n\r\n']);
      const length = from.oneIn(12) ? body.length + from.int(5) - 2 : body.length;
      return [`Content-Length: ${length}${lineEnd(from)}`, body];
    }
    case 1:
    case 2:
      return [`Transfer-Encoding: chunked${lineEnd(from)}`, randomChunks(from)];
    default:
      return ['', from.oneIn(10) ? 'hello' : ''];
  }
}
