import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import type { Message, PageFile } from '../message.js';
import { ReadAhead } from './read-ahead.js';

const SEGMENT_BYTES = 16 * 1024 * 1024;
const GATHERED_BYTES = 64 * 1024;
/** Before each content: its CRC-32. */
const HEAD_BYTES = 4;
/** For each file: what lies in one of them was published at about the same time. */
const WINDOWS = 16;
/** After a failed write, the time until the next attempt. */
const RETRY_MS = 1_000;

/** Files for the contents of messages that no journal keeps; they have no names and end with the process. */
export class Spill {
  private readonly folder: string;
  private readonly now: () => number;
  private segment: Segment | undefined;
  private readonly segments = new Set<Segment>();
  private retryAt = 0;

  /** Nothing is written to the folder before the first message. */
  constructor(folder: string, now: () => number = Date.now) {
    this.folder = folder;
    this.now = now;
  }

  /** Takes over the content of a message; answers false when there is no room for it. */
  take(message: Message): boolean {
    if (this.now() < this.retryAt) return false;
    try {
      if (this.segment === undefined || this.segment.full) this.begin();
      const segment = this.segment as Segment;
      message.placeAt(segment, segment.append(message.content));
      return true;
    } catch {
      this.segment = undefined;
      this.retryAt = this.now() + RETRY_MS;
      return false;
    }
  }

  close(): void {
    for (const segment of this.segments) segment.close();
    this.segments.clear();
    this.segment = undefined;
  }

  private begin(): void {
    const segment: Segment = new Segment(openNameless(this.folder), () => {
      if (this.segment === segment) this.segment = undefined;
      this.segments.delete(segment);
    });
    this.segment = segment;
    this.segments.add(segment);
  }
}

/** One file; it goes when the last of its contents does. */
class Segment implements PageFile {
  private readonly fd: number;
  private readonly onEmpty: () => void;
  private readonly ahead: ReadAhead;
  private gathered = Buffer.allocUnsafeSlow(GATHERED_BYTES);
  private filled = 0;
  private written = 0;
  private live = 0;
  private closed = false;

  constructor(fd: number, onEmpty: () => void) {
    this.fd = fd;
    this.onEmpty = onEmpty;
    this.ahead = new ReadAhead(fd, WINDOWS);
  }

  get full(): boolean {
    return this.written >= SEGMENT_BYTES;
  }

  append(content: Buffer): number {
    const { length } = content;
    if (this.filled + HEAD_BYTES + length > this.gathered.length) this.flush();
    const position = this.written + this.filled;
    this.filled = this.gathered.writeUInt32BE(crc32(content), this.filled);
    if (HEAD_BYTES + length > this.gathered.length) {
      this.flush();
      writeWhole(this.fd, content, this.written);
      this.written += length;
    } else {
      this.filled += content.copy(this.gathered, this.filled);
    }
    this.live += 1;
    return position;
  }

  read(position: number, size: number): Buffer {
    const at = position - this.written;
    if (at >= 0) return Buffer.from(this.gathered.subarray(at + HEAD_BYTES, at + HEAD_BYTES + size));
    const record = this.ahead.read(position, HEAD_BYTES + size, this.written);
    const content = record.subarray(HEAD_BYTES);
    if (crc32(content) !== record.readUInt32BE(0)) throw new Error('a content in a file without a name is damaged');
    return content;
  }

  release(): void {
    this.live -= 1;
    if (this.live > 0) return;
    this.onEmpty();
    // Whoever takes the last message without acknowledging reads it in this turn of the event loop.
    setImmediate(() => this.close());
  }

  close(): void {
    if (!this.closed) closeSync(this.fd);
    this.closed = true;
  }

  private flush(): void {
    writeWhole(this.fd, this.gathered.subarray(0, this.filled), this.written);
    this.written += this.filled;
    this.filled = 0;
  }
}

function writeWhole(fd: number, bytes: Buffer, position: number): void {
  for (let done = 0; done < bytes.length; ) {
    done += writeSync(fd, bytes, done, bytes.length - done, position + done);
  }
}

function openNameless(parent: string): number {
  const folder = mkdtempSync(join(parent, 'amqp-spill-'));
  try {
    return openSync(join(folder, 'segment'), 'w+', 0o600);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
