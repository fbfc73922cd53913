import { type FieldLines, readFieldLines } from './field-lines.js';
import { type Refusal, refuse } from './refusal.js';

/** The head of a message: its first line and its fields as they came. */
export interface Head<Line> {
  kind: 'head';
  line: Line;
  /** Name, value, name, value. */
  fields: string[];
  /** The fields as they came, where that is what `fieldLines` makes of them. */
  lines: string | undefined;
  /** Behind the head in the bytes that were read last. */
  next: number;
}

export interface HeadLimits {
  /** Of the head as a whole. */
  bytes: number;
  fields: number;
}

type ReadLine<Line> = (text: string, end: number) => Line | Refusal | undefined;

/** With the end of the line before it. */
const EMPTY_LINE_TEXT = '\r\n\r\n';
const EMPTY_LINE = Buffer.from(EMPTY_LINE_TEXT, 'latin1');
const EMPTY_LINE_BYTES = 2;

/**
 * Reads one head after the other, from pieces of any size. What a head means does not depend on how it was cut: the first byte
 * that is wrong decides, and the work is bounded also where each byte comes alone.
 */
export class HeadReader<Line extends { kind: 'line'; next: number }> {
  readonly #readLine: ReadLine<Line>;
  readonly #limits: HeadLimits;
  #text = '';
  #line: Line | undefined;
  #fields: string[] = [];
  #next = 0;

  constructor(readLine: ReadLine<Line>, limits: HeadLimits) {
    this.#readLine = readLine;
    this.#limits = limits;
  }

  /** Whether nothing of a head has come. */
  get isEmpty(): boolean {
    return this.#text === '';
  }

  /** Undefined when the head goes on behind the bytes. */
  read(bytes: Buffer, from: number): Head<Line> | Refusal | undefined {
    if (this.#text !== '') return this.#readOn(bytes, from);
    const end = bytes.indexOf(EMPTY_LINE, from) + EMPTY_LINE.length;
    if (end < from + EMPTY_LINE.length || end - from > this.#limits.bytes) return this.#readOn(bytes, from);
    return this.#readWhole(bytes.toString('latin1', from, end), from) ?? this.#readOn(bytes, from);
  }

  /** A head that the text begins with, which is latin1; undefined where the text does not hold it as a whole, or where one has begun. */
  readText(text: string): Head<Line> | Refusal | undefined {
    const end = text.indexOf(EMPTY_LINE_TEXT) + EMPTY_LINE_TEXT.length;
    if (this.#text !== '' || end < EMPTY_LINE_TEXT.length || end > this.#limits.bytes) return undefined;
    return this.#readWhole(text, 0);
  }

  /** As most heads come: nothing has to be kept for the rest of it. */
  #readWhole(text: string, from: number): Head<Line> | Refusal | undefined {
    const line = this.#readLine(text, text.length);
    if (line === undefined || line.kind === 'refused') return line;
    const fields: string[] = [];
    const read = readFieldLines(text, line.next, text.length, fields, this.#limits.fields);
    if (read.kind === 'refused') return read;
    if (read.kind === 'more') return undefined;
    const lines = read.isPlain ? text.slice(line.next, read.next - EMPTY_LINE_BYTES) : undefined;
    return { kind: 'head', line, fields, lines, next: from + read.next };
  }

  #readOn(bytes: Buffer, from: number): Head<Line> | Refusal | undefined {
    const before = this.#text.length;
    const room = this.#limits.bytes - before;
    const piece = bytes.toString('latin1', from, Math.min(bytes.length, from + room));
    const isOpen = this.#text.endsWith('\r');
    this.#text += piece;
    const isFull = this.#text.length >= this.#limits.bytes;
    // A line is not read again for each of its bytes, but when it may have ended.
    if (!isFull && !isOpen && !controls.test(piece)) return undefined;
    const read = this.#parse(`${this.#text}\0`, this.#text.length);
    if (read?.kind === 'refused') return read;
    if (read !== undefined) return this.#take(from + read.next - before);
    return isFull ? this.#tooLarge() : undefined;
  }

  #parse(text: string, end: number): Extract<FieldLines, { kind: 'end' }> | Refusal | undefined {
    if (this.#line === undefined) {
      const line = this.#readLine(text, end);
      if (line === undefined || line.kind === 'refused') return line;
      this.#line = line;
      this.#next = line.next;
    }
    const lines = readFieldLines(text, this.#next, end, this.#fields, this.#limits.fields);
    if (lines.kind !== 'more') return lines;
    this.#next = lines.next;
    return undefined;
  }

  #take(next: number): Head<Line> {
    const head: Head<Line> = { kind: 'head', line: this.#line as Line, fields: this.#fields, lines: undefined, next };
    this.#text = '';
    this.#line = undefined;
    this.#fields = [];
    return head;
  }

  #tooLarge(): Refusal {
    return this.#line === undefined
      ? refuse(414, 'The first line of the message is too long.')
      : refuse(431, 'The header fields are too large.');
  }
}

/** Every control character but the tab. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it looks for
const controls = /[\0-\x08\x0a-\x1f\x7f]/;
