import type { TLSSocket } from 'node:tls';
import { type TlsGateway, tlsConnection } from './tls-gateway.js';
import { waitUntil } from './wait-until.js';

/** Frame types and flags of RFC 9113 §6. */
export const frames = {
  data: 0,
  headers: 1,
  priority: 2,
  reset: 3,
  settings: 4,
  ping: 6,
  goaway: 7,
  update: 8,
  continuation: 9,
};
export const flags = { endStream: 1, ack: 1, endHeaders: 4 };

export type Fields = readonly (readonly [name: string, value: string])[];

export interface Frame {
  type: number;
  flags: number;
  stream: number;
  payload: Buffer;
}

/** A connection of HTTP/2 that says whatever the test wants, which no good client would. */
export interface RawHttp2 {
  socket: TLSSocket;
  received: Frame[];
  send(type: number, flags: number, stream: number, payload?: Buffer): void;
  /** HEADERS with all fields, as they are. */
  head(stream: number, fields: Fields, options?: { ends?: boolean }): void;
  data(stream: number, bytes: string | Buffer, options?: { ends?: boolean }): void;
  /** What the gateway said to the stream: that it was reset with a code, or the status of an answer; or the connection was closed. */
  outcome(stream: number): Promise<{ reset: number } | { status: number } | { closed: true }>;
  /** Resolves when the gateway has closed the connection. */
  closed(): Promise<void>;
}

export async function rawHttp2(gateway: TlsGateway): Promise<RawHttp2 & AsyncDisposable> {
  const socket = await tlsConnection(gateway, { alpn: ['h2'] });
  const received: Frame[] = [];
  let rest = Buffer.alloc(0);
  socket.on('error', () => {});
  socket.on('data', (bytes) => {
    rest = Buffer.concat([rest, bytes]);
    while (rest.length >= 9 && rest.length >= 9 + rest.readUIntBE(0, 3)) {
      const end = 9 + rest.readUIntBE(0, 3);
      const [type, flag] = [rest.readUInt8(3), rest.readUInt8(4)];
      received.push({ type, flags: flag, stream: rest.readUInt32BE(5), payload: rest.subarray(9, end) });
      rest = rest.subarray(end);
    }
  });
  const send: RawHttp2['send'] = (type, flag, stream, payload = Buffer.alloc(0)) => {
    if (socket.writable) socket.write(frame(type, flag, stream, payload));
  };
  const ofStream = (stream: number) =>
    received.find((one) => one.stream === stream && (one.type === frames.reset || one.type === frames.headers));
  socket.write('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
  send(frames.settings, 0, 0);
  return {
    socket,
    received,
    send,
    head: (stream, fields, { ends = true } = {}) =>
      send(frames.headers, flags.endHeaders | (ends ? flags.endStream : 0), stream, block(fields)),
    data: (stream, bytes, { ends = true } = {}) =>
      send(frames.data, ends ? flags.endStream : 0, stream, Buffer.from(bytes)),
    async outcome(stream) {
      await waitUntil(() => ofStream(stream) !== undefined || socket.closed, `an outcome of stream ${stream}`);
      const frame = ofStream(stream);
      if (frame === undefined) return { closed: true };
      const { type, payload } = frame;
      return type === frames.reset ? { reset: payload.readUInt32BE(0) } : { status: statusIn(payload) };
    },
    closed: () => waitUntil(() => socket.readableEnded || socket.closed, 'the connection to be closed'),
    async [Symbol.asyncDispose]() {
      socket.destroy();
    },
  };
}

export function frame(type: number, flag: number, stream: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head.writeUInt8(type, 3);
  head.writeUInt8(flag, 4);
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

/** Literal fields without indexing and without Huffman codes (RFC 7541 §6.2.2). */
export function block(fields: Fields): Buffer {
  return Buffer.concat(fields.map(([name, value]) => Buffer.concat([Buffer.from([0]), string(name), string(value)])));
}

function string(text: string): Buffer {
  const bytes = Buffer.from(text, 'latin1');
  const length = [];
  let left = bytes.length - 127;
  if (left < 0) length.push(bytes.length);
  else {
    length.push(127);
    for (; left >= 128; left >>= 7) length.push((left & 127) | 128);
    length.push(left);
  }
  return Buffer.concat([Buffer.from(length), bytes]);
}

/** The statuses of the static table of HPACK, and literal ones by its name (RFC 7541 appendix A). */
function statusIn(block: Buffer): number {
  const first = block.readUInt8(0);
  const indexed = [200, 204, 206, 304, 400, 404, 500];
  if (first >= 0x88 && first <= 0x8e) return indexed[first - 0x88] as number;
  const length = block.readUInt8(1) & 127;
  const isHuffman = (block.readUInt8(1) & 128) !== 0;
  const bytes = block.subarray(2, 2 + length);
  return Number(isHuffman ? digitsOf(bytes) : bytes.toString('latin1'));
}

/** The digits of RFC 7541 appendix B: 0, 1 and 2 have five bits, the others six. */
function digitsOf(bytes: Buffer): string {
  let bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  let digits = '';
  while (digits.length < 3) {
    const short = Number.parseInt(bits.slice(0, 5), 2);
    const isShort = short <= 2;
    digits += isShort ? short : Number.parseInt(bits.slice(0, 6), 2) - 0b011001 + 3;
    bits = bits.slice(isShort ? 5 : 6);
  }
  return digits;
}
