import type { Message, PageFile } from '../message.js';
import type { HeldBytes } from './held-bytes.js';
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
  /** Bytes of bodies that are not complete, and of publishes that wait for a commit. */
  private incoming = 0;
  private uncommitted = 0;
  /** Those whose bodies are not complete, in their order. */
  private readonly receiving = new Set<HeldBytes>();

  constructor(options: PagerOptions) {
    this.options = options;
  }

  /** Bytes of memory that messages take, those included that are in no queue yet. */
  get used(): number {
    return this.inQueues + this.incoming + this.uncommitted;
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

  /** Notes what a connection holds by now. */
  count(held: HeldBytes): void {
    const { incoming, counted } = held;
    if (incoming === counted) return;
    this.incoming += incoming - counted;
    held.counted = incoming;
    if (incoming === 0) this.receiving.delete(held);
    else this.receiving.add(held);
  }

  /**
   * Whether a connection may go on although memory is low. Where it is low for bodies that are not complete, the one that began first
   * may complete its own, or all would wait for each other.
   */
  mayComplete(held: HeldBytes): boolean {
    const [first] = this.receiving;
    return first === held && this.inQueues + this.uncommitted <= this.options.memoryBytes;
  }

  /** Whether incomplete bodies alone take twice what there is: whoever adds to that cannot be waited for. */
  get flooded(): boolean {
    return this.incoming > this.options.memoryBytes * 2;
  }

  /** A transaction holds so many more bytes in so many messages; fewer, when they are negative. */
  holdUncommitted(bytes: number, messages: number): void {
    this.uncommitted += bytes + messages * ENTRY_BYTES;
  }

  /** Whether transactions alone take all memory: a blocked client could never commit and so free it. */
  get overcommitted(): boolean {
    return this.uncommitted > this.options.memoryBytes * CLEAR_AT;
  }

  /** So many more queues hold the message. */
  hold(message: Message, copies = 1): void {
    if (message.holders === 0 && message.resident) this.resident += message.size;
    message.holders += copies;
    this.entries += copies;
  }

  /** Queues hold so many more messages whose contents are in files, each in one queue. */
  restored(messages: number): void {
    this.entries += messages;
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

  private get inQueues(): number {
    return this.resident + this.entries * ENTRY_BYTES;
  }

  private evict(message: Message): void {
    message.unload();
    this.resident -= message.size;
  }
}
