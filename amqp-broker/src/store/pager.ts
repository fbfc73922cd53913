import type { Message, PageFile } from '../message.js';
import type { Spill } from './spill.js';

/** What an entry of a queue takes beside the content of its message, in bytes: measured with 1,000,000 of them. */
const ENTRY_BYTES = 320;
/** The alarm ends below this share of the limit, so that it does not flutter. */
const CLEAR_AT = 0.9;

export interface PagerOptions {
  /** Contents beyond so many bytes go to files. */
  residentBytes: number;
  /** Publishers are blocked while messages take more memory than so many bytes. */
  memoryBytes: number;
  /** Takes contents that are in no journal. */
  spill: Spill;
}

/** Counts the memory that messages take, and moves contents to files when it becomes too much. */
export class Pager {
  private readonly options: PagerOptions;
  private resident = 0;
  private entries = 0;
  private alarm = false;

  constructor(options: PagerOptions) {
    this.options = options;
  }

  /** Bytes of memory that the messages in queues take. */
  get used(): number {
    return this.resident + this.entries * ENTRY_BYTES;
  }

  /** Those of them that are contents. */
  get residentBytes(): number {
    return this.resident;
  }

  /** Whether publishers have to wait for consumers. */
  get high(): boolean {
    const { memoryBytes } = this.options;
    this.alarm = this.used > (this.alarm ? memoryBytes * CLEAR_AT : memoryBytes);
    return this.alarm;
  }

  /** So many more queues hold the message. */
  hold(message: Message, copies = 1): void {
    if (message.holders === 0 && message.resident) this.resident += message.size;
    message.holders += copies;
    this.entries += copies;
  }

  /** One queue less holds the message. */
  release(message: Message): void {
    this.entries -= 1;
    message.holders -= 1;
    if (message.holders > 0) return;
    if (message.resident) this.resident -= message.size;
    message.release();
  }

  /** A message has been put into queues, where it may have to wait long (`deep`). */
  queued(message: Message, deep: boolean): void {
    if (message.holders === 0) return;
    const crowded = this.resident > this.options.residentBytes;
    if (message.journalled) message.leaving = crowded || deep;
    else if (crowded && this.options.spill.take(message)) this.evict(message);
  }

  /**
   * The journal holds the message from now on, at the position. One that is also in a transient queue is not read from there:
   * its record goes when the durable queues are done with it.
   */
  written(message: Message, file: PageFile, position: number): void {
    if (!message.journalled) return;
    message.placeAt(file, position);
    if (!message.resident || message.holders === 0) return;
    if (message.leaving || this.resident > this.options.residentBytes) this.evict(message);
  }

  private evict(message: Message): void {
    message.unload();
    this.resident -= message.size;
  }
}
