import type { Entry } from '../queue/entry.js';

/**
 * The messages of a journal while it is read, in columns: an object for each would cost more than all the reading.
 * One row is one copy of a message, in one queue.
 */
export class MessageTable {
  length = 0;
  sequences = new Float64Array(FIRST_ROWS);
  positions = new Float64Array(FIRST_ROWS);
  /** Milliseconds since the epoch; Infinity for never. */
  expiries = new Float64Array(FIRST_ROWS);
  storedBytes = new Float64Array(FIRST_ROWS);
  sizes = new Uint32Array(FIRST_ROWS);
  bodiesAt = new Uint32Array(FIRST_ROWS);
  returns = new Uint16Array(FIRST_ROWS);
  redelivered = new Uint8Array(FIRST_ROWS);
  priorities = new Uint8Array(FIRST_ROWS);
  readonly exchanges: string[] = [];
  readonly routingKeys: string[] = [];
  /** Those that have more to them: several copies of one message, hidden routing keys. */
  readonly entries = new Map<number, Entry>();

  /** A new row, to be filled. */
  add(): number {
    if (this.length === this.sequences.length) this.grow();
    return this.length++;
  }

  private grow(): void {
    const rows = this.length * 2;
    const wide = (column: Float64Array<ArrayBuffer>) => filled(new Float64Array(rows), column);
    this.sequences = wide(this.sequences);
    this.positions = wide(this.positions);
    this.expiries = wide(this.expiries);
    this.storedBytes = wide(this.storedBytes);
    this.sizes = filled(new Uint32Array(rows), this.sizes);
    this.bodiesAt = filled(new Uint32Array(rows), this.bodiesAt);
    this.returns = filled(new Uint16Array(rows), this.returns);
    this.redelivered = filled(new Uint8Array(rows), this.redelivered);
    this.priorities = filled(new Uint8Array(rows), this.priorities);
  }
}

const FIRST_ROWS = 256;

function filled<Column extends { set(from: ArrayLike<number>): void }>(to: Column, from: ArrayLike<number>): Column {
  to.set(from);
  return to;
}
