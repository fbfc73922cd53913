import { fieldsText, lineEnd, mutateBytes, randomChunks, randomFields } from './mutate-message.js';
import type { Random } from './random.js';

const statuses = [
  '204 No Content',
  '304 Not Modified',
  '404 Not Found',
  '500 ',
  '099 Low',
  '600 High',
  '20 Short',
  '2000 Long',
];
const oddLines = [
  ...['HTTP/1.0 200 OK', 'HTTP/1.2 200 OK', 'HTTP/2 200 OK', 'http/1.1 200 OK', 'HTTP/1.1 200', 'HTTP/1.1  200 OK'],
  ...['HTTP/1.1 200 O\0K', 'HTTP/1.1 200 \xe4', 'HTTP/1.1\t200 OK', 'HTTP/1.1 2x0 OK', 'ICY 200 OK', ''],
];

/** Interim answers now and then, and a final one, nearly right. */
export function makeAnswer(from: Random): Buffer {
  const interim = from.oneIn(8) ? makeInterim(from) : '';
  const [framing, body] = makeBody(from);
  const before = from.oneIn(60) ? from.pick(['\r\n', '\n', ' ', '\0']) : '';
  const final = `${before}${statusLine(from)}${lineEnd(from)}${fieldsText(randomFields(from))}${framing}${lineEnd(from)}${body}`;
  const behind = from.oneIn(30) ? 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n' : '';
  return Buffer.from(mutateBytes(`${interim}${final}${behind}`, from), 'latin1');
}

function makeInterim(from: Random): string {
  const status = from.pick(['100 Continue', '102 Processing', '103 Early Hints', '101 Switching Protocols', '199 Odd']);
  return `HTTP/1.1 ${status}\r\n${from.oneIn(3) ? fieldsText(randomFields(from)) : ''}\r\n`;
}

function statusLine(from: Random): string {
  if (from.oneIn(12)) return from.pick(oddLines);
  return `HTTP/1.1 ${from.oneIn(5) ? from.pick(statuses) : '200 OK'}`;
}

function makeBody(from: Random): [framing: string, body: string] {
  switch (from.int(5)) {
    case 0:
    case 1: {
      const body = from.pick(['hello', '', 'HTTP/1.1 200 OK\r\n\r\n']);
      const length = from.oneIn(12) ? body.length + from.int(5) - 2 : body.length;
      return [`Content-Length: ${length}${lineEnd(from)}`, body];
    }
    case 2:
    case 3:
      return [`Transfer-Encoding: chunked${lineEnd(from)}`, randomChunks(from)];
    default:
      return ['', from.pick(['', 'to the end'])];
  }
}
