import { type AnswerHead, AnswerReader } from '../../../src/gateway/http1/answer-reader.js';
import { fieldLines } from '../../../src/gateway/http1/field-text.js';
import type { Framing } from '../../../src/gateway/http1/framing.js';
import { type RequestHead, RequestReader } from '../../../src/gateway/http1/request-reader.js';

const limits = { bytes: 16 * 1024, fields: 200 };

/** One message as the readers told it. */
export interface ReadMessage<Head> {
  head: Head;
  framing: Framing;
  body: string;
  trailers: readonly string[];
  isComplete: boolean;
}

export interface Read<Head> {
  messages: ReadMessage<Head>[];
  /** Whether a message has begun whose rest is to come. */
  isWaiting: boolean;
  refused?: { status: number; sentence: string };
}

/** All requests in these pieces, up to the first that is refused. */
export function readRequests(pieces: readonly Buffer[]): Read<RequestHead> {
  const reader = new RequestReader(limits);
  const read: Read<RequestHead> = { messages: [], isWaiting: false };
  const sink = gather(read);
  for (const piece of pieces) {
    for (let at = 0; at < piece.length; ) {
      const end = reader.read(piece, at, { ...sink, begun: sink.begin });
      if (typeof end !== 'number') return { ...read, refused: { status: end.status, sentence: end.sentence } };
      if (reader.isDone) reader.next();
      at = end;
    }
  }
  read.isWaiting = !reader.isIdle;
  return read;
}

/** The interim answers and the final one in these pieces, bytes or latin1 text; what follows them is not looked at. */
export function readAnswer(
  pieces: readonly (Buffer | string)[],
  { method = 'GET', closes = true } = {},
): Read<AnswerHead> {
  const reader = new AnswerReader(limits);
  reader.expect(method);
  const read: Read<AnswerHead> = { messages: [], isWaiting: false };
  const { begin, part, ended } = gather(read);
  const alone = (head: AnswerHead) => {
    begin(head, { kind: 'none' });
    ended([]);
  };
  const sink = { part, ended, answered: begin, informed: alone, switched: alone };
  for (const piece of pieces) {
    if (reader.isDone) return read;
    const end = reader.read(piece, sink);
    if (typeof end !== 'number') return { ...read, refused: { status: end.status, sentence: end.sentence } };
  }
  if (closes) reader.close(sink);
  return read;
}

function gather<Head extends RequestHead | AnswerHead>({ messages }: Read<Head>) {
  const latest = () => messages.at(-1) as ReadMessage<Head>;
  return {
    begin(told: Head, framing: Framing) {
      const { lines, headers } = told;
      if (lines !== undefined && lines !== fieldLines(headers)) throw new Error(`${lines} is not ${headers}`);
      // Heads that came in pieces are without, and are the same for all that.
      const head = Object.defineProperty({ ...told }, 'lines', { value: lines, enumerable: false });
      messages.push({ head, framing, body: '', trailers: [], isComplete: false });
    },
    part(part: Buffer | string) {
      latest().body += part.toString('latin1');
    },
    ended(trailers: readonly string[]) {
      latest().trailers = trailers;
      latest().isComplete = true;
    },
  };
}

/** The bytes cut in two at every position, and into single bytes. */
export function everySplit(bytes: Buffer): Buffer[][] {
  const twos = Array.from({ length: bytes.length - 1 }, (_, i) => [bytes.subarray(0, i + 1), bytes.subarray(i + 1)]);
  return [...twos, Array.from(bytes, (_, i) => bytes.subarray(i, i + 1))];
}
