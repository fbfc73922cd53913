import type { FileHandle } from 'node:fs/promises';
import type { ByteWriter } from '../codec/byte-writer.js';
import type { Binding } from '../exchange/binding.js';
import type { Exchange } from '../exchange/exchange.js';
import type { Log } from '../log.js';
import type { Message } from '../message.js';
import type { Entry } from '../queue/entry.js';
import type { Queue } from '../queue/queue.js';
import type { Copy, Journal, Waiter } from './journal.js';
import { LogWriter } from './log-writer.js';
import {
  RECORD,
  writeBinding,
  writeExchange,
  writeExchangeDeleted,
  writeMessage,
  writeQueue,
  writeQueueDeleted,
} from './record.js';

/** Above this many unwritten bytes publishers are held back. */
const CONGESTED_BYTES = 32 * 1024 * 1024;

export interface DiskJournalOptions {
  path: string;
  file: FileHandle;
  /** Where the next record goes. */
  size: number;
  /** Bytes of records that are still needed. */
  live: number;
  log: Log;
  /** All that is durable now, as the bytes of a new journal. */
  snapshot(): Iterable<Buffer>;
}

/** The journal of a broker with a data folder. */
export class DiskJournal implements Journal {
  readonly durable = true;
  private readonly writer: LogWriter;
  private live: number;

  constructor(options: DiskJournalOptions) {
    this.live = options.live;
    this.writer = new LogWriter({ ...options, live: () => this.live });
  }

  get size(): number {
    return this.writer.size;
  }

  get congested(): boolean {
    return this.writer.gathered > CONGESTED_BYTES;
  }

  exchangeDeclared(exchange: Exchange): void {
    writeExchange(this.records(), exchange);
  }

  exchangeDeleted(exchange: Exchange): void {
    writeExchangeDeleted(this.records(), exchange);
  }

  queueDeclared(queue: Queue): void {
    writeQueue(this.records(), queue);
  }

  queueDeleted(queue: Queue): void {
    writeQueueDeleted(this.records(), queue);
    for (const entry of queue.storedEntries()) this.forget(entry);
  }

  bound(binding: Binding): void {
    writeBinding(this.records(), RECORD.BOUND, binding);
  }

  unbound(binding: Binding): void {
    writeBinding(this.records(), RECORD.UNBOUND, binding);
  }

  published(message: Message, copies: readonly Copy[]): void {
    const records = this.records();
    const before = records.length;
    writeMessage(records, message, copies);
    const bytes = records.length - before;
    for (const { entry } of copies) entry.storedBytes = bytes / copies.length;
    this.live += bytes;
  }

  delivered(queue: Queue, entry: Entry): void {
    this.writer.append().delivered(queue.id, entry.sequence);
  }

  settled(queue: Queue, entry: Entry): void {
    this.forget(entry);
    this.writer.append().settled(queue.id, entry.sequence);
  }

  wait(waiter: Waiter, publish: number): void {
    this.writer.append().wait((ok) => waiter.stored(publish, ok));
  }

  flush(): Promise<void> {
    return new Promise((resolve) => {
      this.writer.append().wait(() => resolve());
    });
  }

  close(): Promise<void> {
    return this.writer.close();
  }

  private records(): ByteWriter {
    return this.writer.append().records;
  }

  private forget(entry: Entry): void {
    this.live -= entry.storedBytes;
    entry.storedBytes = 0;
  }
}
