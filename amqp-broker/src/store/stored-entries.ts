import type { MessageTable } from './message-table.js';

/** The messages of one queue while the journal is read: rows of the table in the order of their sequence. */
export class StoredEntries {
  private readonly table: MessageTable;
  /** What is settled stays as the complement of its row, until the journal is read. */
  private rows: number[] = [];
  private inOrder = true;
  private last = 0;
  /** Where the next one is likely to be looked for: most queues are settled in their order. */
  private hint = 0;

  constructor(table: MessageTable) {
    this.table = table;
  }

  add(row: number): void {
    const sequence = this.table.sequences[row] as number;
    if (sequence <= this.last) this.inOrder = false;
    this.last = sequence;
    this.rows.push(row);
  }

  settle(sequence: number): void {
    const index = this.find(sequence);
    const row = this.rows[index];
    if (row !== undefined && row >= 0) this.rows[index] = ~row;
  }

  delivered(sequence: number): void {
    const index = this.find(sequence);
    const row = this.rows[index];
    if (row === undefined || row < 0) return;
    this.table.redelivered[row] = 1;
    const entry = this.table.entries.get(row);
    if (entry !== undefined) entry.redelivered = true;
  }

  /** The rows that are left, in order. */
  left(): number[] {
    this.sort();
    return this.rows.filter((row) => row >= 0);
  }

  private find(sequence: number): number {
    this.sort();
    const { rows } = this;
    let low = 0;
    let high = rows.length;
    let index = this.hint;
    while (low < high) {
      if (index < low || index >= high) index = (low + high) >>> 1;
      const found = this.sequenceOf(rows[index] as number);
      if (found === sequence) {
        this.hint = index + 1;
        return index;
      }
      if (found < sequence) low = index + 1;
      else high = index;
      index = (low + high) >>> 1;
    }
    return -1;
  }

  /**
   * A journal that was rewritten begins with what was delivered then, in any order; and a broker that starts may give numbers again that
   * settled messages had, so these go here.
   */
  private sort(): void {
    if (this.inOrder) return;
    this.rows = this.rows.filter((row) => row >= 0).sort((a, b) => this.sequenceOf(a) - this.sequenceOf(b));
    const last = this.rows.at(-1);
    this.last = last === undefined ? 0 : this.sequenceOf(last);
    this.inOrder = true;
  }

  private sequenceOf(row: number): number {
    return this.table.sequences[row < 0 ? ~row : row] as number;
  }
}
