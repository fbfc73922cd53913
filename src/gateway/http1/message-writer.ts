import type { RawHeaders } from '../headers/raw-headers.js';

/** Where a message goes: a socket, as far as the writer needs it. */
export interface Outlet {
  readonly writableLength: number;
  write(data: string | Buffer, encoding?: BufferEncoding, written?: (error?: Error | null) => void): boolean;
  cork(): void;
  uncork(): void;
}

/** Parts up to this size are cheaper to write together with the text around them than beside it. */
const JOINED_BYTES = 4 * 1024;
/** A longer text would not fit into what the system takes from a string at once. */
const LONGEST_TEXT = 15 * 1024;
/** More than this waits for the other side to read. */
const MOST_UNWRITTEN = 64 * 1024;

/** Gathers heads and parts of bodies and writes them with one call. */
export class MessageWriter {
  readonly #outlet: Outlet;
  #text = '';
  #pieces: (string | Buffer)[] = [];

  constructor(outlet: Outlet) {
    this.#outlet = outlet;
  }

  /** Whether the other side must read before more is written. */
  get isBlocked(): boolean {
    return this.#outlet.writableLength > MOST_UNWRITTEN;
  }

  /** Latin1 text. */
  text(text: string): void {
    this.#text += text;
  }

  part(part: Buffer): void {
    if (part.length <= JOINED_BYTES && this.#text.length + part.length <= LONGEST_TEXT) {
      this.#text += part.toString('latin1');
      return;
    }
    if (this.#text !== '') this.#pieces.push(this.#text);
    this.#text = '';
    this.#pieces.push(part);
  }

  chunk(part: Buffer): void {
    if (part.length === 0) return;
    this.#text += `${part.length.toString(16)}\r\n`;
    this.part(part);
    this.#text += '\r\n';
  }

  lastChunk(trailers: RawHeaders): void {
    this.#text += `0\r\n${fieldLines(trailers)}\r\n`;
  }

  /** Writes what was gathered; `written` is called once that is with the system, or not called where there was nothing. */
  flush(written?: (error?: Error | null) => void): boolean {
    const [text, pieces, outlet] = [this.#text, this.#pieces, this.#outlet];
    this.#text = '';
    if (pieces.length === 0) {
      if (text !== '') outlet.write(text, 'latin1', written);
      return text !== '';
    }
    this.#pieces = [];
    if (text !== '') pieces.push(text);
    outlet.cork();
    for (let i = 0; i < pieces.length; i++) {
      const piece = pieces[i] as string | Buffer;
      outlet.write(piece, 'latin1', i === pieces.length - 1 ? written : undefined);
    }
    outlet.uncork();
    return true;
  }
}

/** Field lines from pairs: name, value, name, value. */
export function fieldLines(fields: RawHeaders): string {
  let text = '';
  for (let i = 0; i + 1 < fields.length; i += 2) text += `${fields[i]}: ${fields[i + 1]}\r\n`;
  return text;
}
