import { ByteWriter } from '../codec/byte-writer.js';
import type { Message } from '../message.js';
import { RECORD, writeEntries } from './record.js';

/** More memory than this is given back after a burst. */
const KEPT_BYTES = 4 * 1024 * 1024;

/** A message and where its record begins, counted from the start of what it is written with. */
export interface Placement {
  readonly message: Message;
  readonly offset: number;
}

/** What is written to the journal together. */
export class Batch {
  records = new ByteWriter(64 * 1024);
  placements: Placement[] = [];
  private deliveredBy = new Map<number, Set<number>>();
  private settledBy = new Map<number, number[]>();
  private waiters: ((ok: boolean) => void)[] = [];

  get empty(): boolean {
    return (
      this.records.length === 0 && this.waiters.length === 0 && this.settledBy.size === 0 && this.deliveredBy.size === 0
    );
  }

  /** Somebody waits for it, so it must reach the disk and not only the operating system. */
  get needsSync(): boolean {
    return this.waiters.length > 0;
  }

  delivered(queueId: number, sequence: number): void {
    const sequences = this.deliveredBy.get(queueId);
    if (sequences === undefined) this.deliveredBy.set(queueId, new Set([sequence]));
    else sequences.add(sequence);
  }

  /** Settling also takes back a delivery in the same batch, which nobody needs to read. */
  settled(queueId: number, sequence: number): void {
    this.deliveredBy.get(queueId)?.delete(sequence);
    const sequences = this.settledBy.get(queueId);
    if (sequences === undefined) this.settledBy.set(queueId, [sequence]);
    else sequences.push(sequence);
  }

  wait(waiter: (ok: boolean) => void): void {
    this.waiters.push(waiter);
  }

  /** Adds what was gathered beside the records; nothing is added afterwards. */
  seal(): void {
    for (const [queueId, sequences] of this.deliveredBy) {
      if (sequences.size > 0) writeEntries(this.records, RECORD.DELIVERED, queueId, sequences);
    }
    for (const [queueId, sequences] of this.settledBy) writeEntries(this.records, RECORD.SETTLED, queueId, sequences);
    this.deliveredBy.clear();
    this.settledBy.clear();
  }

  /** Tells the waiters and empties the batch for its next use. */
  finish(ok: boolean): void {
    const { waiters } = this;
    this.waiters = [];
    this.placements = [];
    if (this.records.length > KEPT_BYTES) this.records = new ByteWriter(64 * 1024);
    else this.records.clear();
    for (const waiter of waiters) waiter(ok);
  }
}
