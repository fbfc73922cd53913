import type { Random } from './random.js';

/** Ends of lines, most of them right. */
const lineEnds = [...Array(300).fill('\r\n'), '\n', '\r', '\r\r\n', '\n\r', '\r\n\r\n', '', ' \r\n'];
/** Bytes that mean something to a parser, or to another one. */
const bytes = [
  ...['\r', '\n', '\r\n', ' ', '\t', '\0', '\x0b', '\x0c', '\x7f', '\x80', '\xff', '\x85', '\xa0', '\x1b'],
  ...[':', ';', ',', '=', '"', '/', '\\', '#', '?', '0', '1', 'f', 'g', 'x', '+', '-', '_', '(', '@', '%'],
];
const names = [
  ...Array(8).fill(['Accept', 'X-B', 'Cookie', 'x-c', 'Date']).flat(),
  ...['Host', 'Content-Length', 'Transfer-Encoding', 'Connection', 'Upgrade', 'Expect', 'TE', 'Trailer', 'X-A'],
  ...['content-length', 'TRANSFER-ENCODING', 'Content_Length', 'Content-Length ', 'Transfer-Encoding\t', ''],
  ...['X(', 'X\xe4', 'X\0', ' Content-Length', 'Keep-Alive', 'Proxy-Connection', 'Content-Lengthy', 'X-Request-Id'],
];
const values: Record<string, readonly string[]> = {
  'content-length': [
    ...['0', '1', '3', '5', '10', '00', '05', '+5', '-5', '5,5', '5, 5', '5 5', ' 5', '5 ', '\t5', '0x5', '5.0', '5e0'],
    ...['', '99999999999999999999', '18446744073709551616', '4294967301', '5\x0b', '\xb2', '5_0', '9007199254740993'],
  ],
  'transfer-encoding': [
    ...['chunked', 'Chunked', 'CHUNKED', ' chunked', 'chunked ', 'chunked\t', 'identity', 'gzip', 'gzip, chunked'],
    ...['chunked, gzip', 'chunked, chunked', 'chunked;q=1', '"chunked"', 'xchunked', 'chunke', '', ',', 'chunked,'],
    ...[',chunked', '\x0bchunked', 'chunked\x00', 'identity, chunked', 'chunked, identity'],
  ],
  connection: ['close', 'keep-alive', 'Close', 'upgrade', 'close, upgrade', 'Content-Length', 'keep-alive, x', ''],
  upgrade: ['websocket', 'h2c', ''],
  expect: ['100-continue', '100-Continue', 'more', ''],
};
const anyValues = ['a', '', 'a b', ' \t ', 'a\tb', '\xe4', 'a, b', '"a"', 'a\x01b', 'x'.repeat(300)];

export interface Field {
  name: string;
  separator: string;
  value: string;
  end: string;
}

export function randomFields(from: Random): Field[] {
  return Array.from({ length: from.int(5) }, () => randomField(from));
}

function randomField(from: Random): Field {
  const name = from.pick(names);
  return {
    name,
    separator: from.oneIn(30) ? from.pick([':', ' :', ': \t', '', '=', '::', ':\0']) : from.pick([': ', ':']),
    value: from.pick(values[name.toLowerCase().trim()] ?? anyValues),
    end: from.pick(lineEnds),
  };
}

export function lineEnd(from: Random): string {
  return from.pick(lineEnds);
}

export function fieldsText(fields: readonly Field[]): string {
  return fields.map(({ name, separator, value, end }) => `${name}${separator}${value}${end}`).join('');
}

/** Chunks, most of them right. */
export function randomChunks(from: Random): string {
  const chunks = Array.from({ length: from.int(4) }, () => {
    const data = from.pick(['a', 'hello', '0\r\n\r\n', 'GET /x HTTP/1.1\r\n\r\n', 'x'.repeat(20)]);
    const length = from.oneIn(20) ? data.length + from.int(3) - 1 : data.length;
    return `${chunkSize(from, length)}${from.pick(lineEnds)}${data}${from.pick(lineEnds)}`;
  });
  const trailers = from.oneIn(4) ? fieldsText(randomFields(from)) : '';
  const last = from.oneIn(15) ? from.pick(['00', '000000', '0;a', '0 ', '-0', '0x0', '', '0;a="b"']) : '0';
  return `${chunks.join('')}${last}${from.pick(lineEnds)}${trailers}${from.pick(lineEnds)}`;
}

function chunkSize(from: Random, length: number): string {
  const plain = length.toString(16);
  if (!from.oneIn(8)) return plain;
  const wide = plain.padStart(1 + from.int(20), '0');
  const tail = from.pick([
    ';',
    ';a',
    ';a=b',
    ';a="b"',
    ';a="\r\n"',
    ' ;a',
    '; a',
    ' ',
    '\t',
    ';\n',
    ';a\0',
    ',1',
    ';=b',
  ]);
  return from.pick([
    wide,
    plain.toUpperCase(),
    `${plain}${tail}`,
    `+${plain}`,
    `0x${plain}`,
    ` ${plain}`,
    'ffffffffffffffff5',
  ]);
}

/** Now and then a byte is put in, taken away or changed. */
export function mutateBytes(text: string, from: Random): string {
  let mutated = text;
  while (from.oneIn(3)) {
    const at = from.int(mutated.length + 1);
    const taken = from.int(3) === 0 ? 0 : 1;
    const put = from.oneIn(3) ? '' : from.pick(bytes);
    mutated = mutated.slice(0, at) + put + mutated.slice(at + taken);
  }
  return from.oneIn(20) ? mutated.slice(0, from.int(mutated.length + 1)) : mutated;
}

/** Cuts bytes into up to five pieces. */
export function cutBytes(whole: Buffer, from: Random): Buffer[] {
  const cuts = Array.from({ length: from.int(5) }, () => from.int(whole.length + 1)).sort((a, b) => a - b);
  return [0, ...cuts]
    .map((start, i) => whole.subarray(start, cuts[i] ?? whole.length))
    .filter(({ length }) => length > 0);
}
