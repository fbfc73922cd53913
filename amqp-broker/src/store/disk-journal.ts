import type { ByteWriter } from '../codec/byte-writer.js';
import type { Binding } from '../exchange/binding.js';
import type { Exchange } from '../exchange/exchange.js';
import type { Log } from '../log.js';
import type { Message } from '../message.js';
import type { Entry } from '../queue/entry.js';
import type { Queue } from '../queue/queue.js';
import { type Copy, describeLoss, type Journal, type Waiter } from './journal.js';
import { LogWriter, type LogWriterOptions } from './log-writer.js';
import type { Pager } from './pager.js';
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

export interface DiskJournalOptions extends Omit<LogWriterOptions, 'live'> {
  /** Bytes of records that are still needed. */
  live: number;
}

/** The journal of a broker with a data folder. */
export class DiskJournal implements Journal {
  readonly durable = true;
  readonly pager: Pager;
  private readonly log: Log;
  private readonly writer: LogWriter;
  private live: number;
  private closed = false;

  constructor(options: DiskJournalOptions) {
    this.live = options.live;
    this.log = options.log;
    this.pager = options.pager;
    this.writer = new LogWriter({ ...options, live: () => this.live });
  }

  get size(): number {
    return this.writer.size;
  }

  get failing(): boolean {
    return this.writer.failing;
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
    const { records, placements } = this.writer.append();
    const before = records.length;
    writeMessage(records, message, copies);
    placements.push({ message, offset: before });
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

  lost(queue: Queue, error: unknown): void {
    this.log(describeLoss(queue, error));
  }

  /** While the disk fails this waits for its recovery: nobody is told that something is kept which is not. */
  flush(): Promise<void> {
    return new Promise((resolve) => {
      const wait = () => this.writer.append().wait((ok) => (ok || this.closed ? resolve() : wait()));
      wait();
    });
  }

  close(): Promise<void> {
    this.closed = true;
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
