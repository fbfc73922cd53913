import type { RawHeaders } from '../headers/raw-headers.js';
import type { BodyReader, PartSink } from './body-reader.js';
import { CR, LF } from './characters.js';
import { type HeadLimits, HeadReader } from './head-reader.js';
import { bareFeed, bareReturn } from './line-end.js';
import { type Refusal, refuse } from './refusal.js';

type State =
  | { kind: 'size'; line: string }
  | { kind: 'data'; left: number }
  | { kind: 'data-end'; line: string }
  | { kind: 'trailers'; reader: HeadReader<typeof noLine> }
  | { kind: 'done'; trailers: RawHeaders };

/** Of a chunk's size with its extensions. */
const LONGEST_LINE = 256;
/** Of all extensions of a body: nobody needs any, and they are thrown away. */
const MOST_EXTENSIONS = 4096;

/**
 * Reads a chunked body (RFC 9112 §7.1). Sizes have at most 12 digits, extensions are plain `;name=value` and dropped, and every
 * line ends with CR LF.
 */
export class ChunkedReader implements BodyReader {
  readonly #limits: HeadLimits;
  #state: State = { kind: 'size', line: '' };
  #extensions = 0;

  constructor(limits: HeadLimits) {
    this.#limits = limits;
  }

  get isDone(): boolean {
    return this.#state.kind === 'done';
  }

  get trailers(): RawHeaders {
    return this.#state.kind === 'done' ? this.#state.trailers : [];
  }

  read(bytes: Buffer, from: number, sink: PartSink): number | Refusal {
    let at: number | Refusal = from;
    while (typeof at === 'number' && at < bytes.length) {
      const state = this.#state;
      switch (state.kind) {
        case 'size':
          at = this.#readSize(state, bytes, at);
          break;
        case 'data':
          at = this.#readData(state, bytes, at, sink);
          break;
        case 'data-end':
          at = this.#readDataEnd(state, bytes, at);
          break;
        case 'trailers':
          at = this.#readTrailers(state.reader, bytes, at);
          break;
        case 'done':
          return at;
        default:
          return state satisfies never;
      }
    }
    return at;
  }

  #readSize(state: Extract<State, { kind: 'size' }>, bytes: Buffer, from: number): number | Refusal {
    const feed = bytes.indexOf(LF, from);
    const end = feed === -1 ? bytes.length : feed + 1;
    state.line += bytes.toString('latin1', from, Math.min(end, from + LONGEST_LINE + 1));
    const refused = faultOfSize(state.line);
    if (refused !== undefined) return refused;
    if (feed === -1) return end;
    const size = Number.parseInt(state.line, 16);
    const extensions = state.line.indexOf(';');
    if (extensions !== -1) this.#extensions += state.line.length - extensions;
    if (this.#extensions > MOST_EXTENSIONS) return refuse(400, 'The chunks have too many extensions.');
    this.#state =
      size === 0
        ? { kind: 'trailers', reader: new HeadReader(() => noLine, this.#limits) }
        : { kind: 'data', left: size };
    return end;
  }

  #readData(state: Extract<State, { kind: 'data' }>, bytes: Buffer, from: number, sink: PartSink): number {
    const end = Math.min(bytes.length, from + state.left);
    state.left -= end - from;
    if (state.left === 0) this.#state = { kind: 'data-end', line: '' };
    sink.part(bytes.subarray(from, end));
    return end;
  }

  #readDataEnd(state: Extract<State, { kind: 'data-end' }>, bytes: Buffer, from: number): number | Refusal {
    const end = Math.min(bytes.length, from + 2 - state.line.length);
    state.line += bytes.toString('latin1', from, end);
    if (!'\r\n'.startsWith(state.line)) return refuse(400, 'A chunk is longer than its size says.');
    if (state.line.length === 2) this.#state = { kind: 'size', line: '' };
    return end;
  }

  #readTrailers(reader: HeadReader<typeof noLine>, bytes: Buffer, from: number): number | Refusal {
    // Nearly every body has none.
    const isEmpty = reader.isEmpty && bytes[from] === CR && bytes[from + 1] === LF;
    const read = isEmpty ? undefined : reader.read(bytes, from);
    if (read?.kind === 'refused') return read;
    if (read === undefined && !isEmpty) return bytes.length;
    if (read?.fields.some(isFraming) === true) return refuse(400, 'The trailers speak of the message’s end.');
    this.#state = { kind: 'done', trailers: read?.fields ?? [] };
    return read?.next ?? from + 2;
  }
}

/** RFC 9110 §6.5.1: who merged such a trailer into the head would read another message. */
function isFraming(text: string, place: number): boolean {
  return place % 2 === 0 && /^(?:content-length|transfer-encoding|connection)$/i.test(text);
}

/** Trailers are read as a head without a first line. */
const noLine = { kind: 'line', next: 0 } as const;

const wholeLine = /^[0-9a-f]{1,12}(?:;[!#$%&'*+.^_`|~0-9a-z-]+(?:=[!#$%&'*+.^_`|~0-9a-z-]+)?)*\r\n$/i;
const begunLine = /^(?:[0-9a-f]{1,12}(?:;[;!#$%&'*+.^_`|~0-9a-z=-]*)?\r?)?$/i;

function isFine(line: string): boolean {
  return line.length <= LONGEST_LINE && (line.endsWith('\n') ? wholeLine : begunLine).test(line);
}

/** The first byte that is wrong decides, wherever the line was cut. */
function faultOfSize(line: string): Refusal | undefined {
  if (isFine(line)) return undefined;
  let length = 1;
  while (isFine(line.slice(0, length))) length++;
  const [before, wrong] = [line[length - 2], line[length - 1]];
  if (length > LONGEST_LINE) return refuse(400, 'The line of a chunk’s size is too long.');
  if (before === '\r' && wrong !== '\n') return bareReturn;
  return wrong === '\n' && before !== '\r'
    ? bareFeed
    : refuse(400, 'The size of a chunk is not a plain hexadecimal number.');
}
