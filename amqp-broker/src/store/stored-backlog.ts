import { Message, type PageFile } from '../message.js';
import type { Backlog } from '../queue/backlog.js';
import type { Entry } from '../queue/entry.js';
import type { MessageTable } from './message-table.js';

/** What a journal holds of one queue. */
export class StoredBacklog implements Backlog {
  readonly last: number;
  readonly expiresAt: number;
  bytes = 0;
  /** Bytes of their records. */
  readonly storedBytes: number;
  private readonly table: MessageTable;
  private readonly rows: readonly number[];
  private readonly pages: PageFile;
  private at = 0;

  constructor(table: MessageTable, rows: readonly number[], pages: PageFile) {
    this.table = table;
    this.rows = rows;
    this.pages = pages;
    let [storedBytes, expiresAt] = [0, Number.POSITIVE_INFINITY];
    for (const row of rows) {
      this.bytes += this.bodyOf(row);
      storedBytes += table.storedBytes[row] as number;
      expiresAt = Math.min(expiresAt, table.expiries[row] as number);
    }
    this.storedBytes = storedBytes;
    this.expiresAt = expiresAt;
    this.last = rows.length === 0 ? 0 : (table.sequences[rows.at(-1) as number] as number);
  }

  get length(): number {
    return this.rows.length - this.at;
  }

  next(): Entry | undefined {
    const row = this.rows[this.at];
    if (row === undefined) return undefined;
    this.at += 1;
    this.bytes -= this.bodyOf(row);
    return this.table.entries.get(row) ?? this.entry(row);
  }

  /** Entries that were made already, since they have more to them. */
  *made(): Generator<Entry> {
    if (this.table.entries.size === 0) return;
    for (const row of this.rows) {
      const entry = this.table.entries.get(row);
      if (entry !== undefined) yield entry;
    }
  }

  private entry(row: number): Entry {
    const { table } = this;
    const message = new Message({
      exchange: table.exchanges[row] as string,
      routingKey: table.routingKeys[row] as string,
      priority: table.priorities[row] as number,
      bodyAt: table.bodiesAt[row] as number,
      size: table.sizes[row] as number,
      file: this.pages,
      position: table.positions[row] as number,
      persistent: true,
      expirationMs: undefined,
    });
    message.journalled = true;
    // The pager counted it when the queue was restored.
    message.holders = 1;
    return entryOf(table, row, message);
  }

  private bodyOf(row: number): number {
    return (this.table.sizes[row] as number) - (this.table.bodiesAt[row] as number);
  }
}

/** A row of the table as a queue has it. */
export function entryOf(table: MessageTable, row: number, message: Message): Entry {
  return {
    message,
    sequence: table.sequences[row] as number,
    expiresAt: table.expiries[row] as number,
    stored: true,
    storedBytes: table.storedBytes[row] as number,
    redelivered: table.redelivered[row] === 1,
    returns: table.returns[row] as number,
  };
}
