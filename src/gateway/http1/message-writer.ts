import type { RawHeaders } from '../headers/raw-headers.js';
import type { Due, Turn } from '../timing/turn.js';
import { fieldLines } from './field-text.js';
import type { PartCopy, WriteBuffers } from './write-buffers.js';

type Written = (error?: Error | null) => void;

/** Where a message goes: a socket, as far as the writer needs it. */
export interface Outlet {
  readonly writableLength: number;
  write(data: string | Buffer, encoding?: BufferEncoding, written?: Written): boolean;
  cork(): void;
  uncork(): void;
}

/** Parts up to this size are cheaper to write together with the text around them than beside it. */
const JOINED_BYTES = 4 * 1024;
/** A longer text would not fit into what the system takes from a string at once. */
const LONGEST_TEXT = 15 * 1024;
/** More than this does not wait for the end of the turn. */
const MOST_GATHERED = 16 * 1024;
/** More than this waits for the other side to read. */
const MOST_UNWRITTEN = 64 * 1024;

/** Gathers heads and parts of bodies and writes them with one call, at the end of a turn of the event loop. */
export class MessageWriter implements Due {
  readonly #outlet: Outlet;
  readonly #turn: Turn;
  readonly #buffers: WriteBuffers | undefined;
  #text = '';
  #pieces: (string | Buffer)[] = [];
  #copies: PartCopy[] = [];
  /** Of the pieces. */
  #bytes = 0;
  #written: Written | undefined;
  #isDue = false;

  /** With buffers, parts are only lent to it until the call returns, and are copied there where they cannot be written as text. */
  constructor(outlet: Outlet, turn: Turn, buffers?: WriteBuffers) {
    this.#outlet = outlet;
    this.#turn = turn;
    this.#buffers = buffers;
  }

  /** Whether the other side must read before more is written. */
  get isBlocked(): boolean {
    return this.#outlet.writableLength > MOST_UNWRITTEN;
  }

  /** Whether all that was gathered is with the system. */
  get isDone(): boolean {
    return this.#text === '' && this.#pieces.length === 0 && this.#outlet.writableLength === 0;
  }

  /** Latin1 text. */
  text(text: string): void {
    this.#text += text;
  }

  part(part: Buffer | string): void {
    if (part.length <= JOINED_BYTES && this.#text.length + part.length <= LONGEST_TEXT) {
      this.#text += typeof part === 'string' ? part : part.toString('latin1');
      return;
    }
    this.#bytes += this.#text.length + part.length;
    if (this.#text !== '') this.#pieces.push(this.#text);
    this.#text = '';
    this.#pieces.push(typeof part === 'string' ? part : this.#kept(part));
  }

  chunk(part: Buffer | string): void {
    if (part.length === 0) return;
    this.#text += `${part.length.toString(16)}\r\n`;
    this.part(part);
    this.#text += '\r\n';
  }

  lastChunk(trailers: RawHeaders): void {
    this.#text += `0\r\n${fieldLines(trailers)}\r\n`;
  }

  /** Forgets what was gathered, where it will not be written. */
  drop(): void {
    for (const copy of this.#copies.splice(0)) this.#buffers?.giveBack(copy);
    this.#pieces = [];
    this.#bytes = 0;
    this.#text = '';
    this.#written = undefined;
  }

  #kept(part: Buffer): Buffer {
    if (this.#buffers === undefined) return part;
    const copy = this.#buffers.copy(part);
    this.#copies.push(copy);
    return copy.bytes;
  }

  /** Has what was gathered written; `written` is called once that is with the system, or not called where there was nothing. */
  flush(written?: Written): boolean {
    if (this.#text === '' && this.#pieces.length === 0) return false;
    if (written !== undefined) this.#written = written;
    // Copies are few and lie where the next ones are to lie, and more than a little must be seen to wait for the other side.
    if (this.#copies.length > 0 || this.#bytes > MOST_GATHERED) this.write();
    else if (!this.#isDue) {
      this.#isDue = true;
      this.#turn.writes(this);
    }
    return true;
  }

  turnEnds(): void {
    this.#isDue = false;
    this.write();
  }

  /** Writes what was gathered, at once. */
  write(): void {
    const [text, pieces, written, outlet] = [this.#text, this.#pieces, this.#written, this.#outlet];
    this.#text = '';
    this.#written = undefined;
    if (pieces.length === 0) {
      if (text !== '') outlet.write(text, 'latin1', written);
      return;
    }
    this.#pieces = [];
    this.#bytes = 0;
    if (text !== '') pieces.push(text);
    const done = this.#copies.length === 0 ? written : this.#givingBack(written);
    outlet.cork();
    for (let i = 0; i < pieces.length; i++) {
      const piece = pieces[i] as string | Buffer;
      outlet.write(piece, 'latin1', i === pieces.length - 1 ? done : undefined);
    }
    outlet.uncork();
  }

  #givingBack(written: Written | undefined): Written {
    const [copies, buffers] = [this.#copies, this.#buffers];
    this.#copies = [];
    return (error) => {
      for (const copy of copies) {
        if (error) buffers?.abandon(copy);
        else buffers?.giveBack(copy);
      }
      written?.(error);
    };
  }
}
