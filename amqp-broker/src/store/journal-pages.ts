import { crc32 } from 'node:zlib';
import type { PageFile } from '../message.js';
import { ReadAhead } from './read-ahead.js';
import { RECORD_HEAD } from './record.js';

/** Of 64 KiB at most, so together 8 MiB while as many queues are read. */
const WINDOWS = 128;

/** The journal as the place of contents. Its file may change; the positions of messages change in the same moment. */
export class JournalPages implements PageFile {
  private ahead: ReadAhead | undefined;
  /** Bytes that are written whole. */
  end = 0;

  /** From now on the journal is this file. */
  use(fd: number, end: number): void {
    this.ahead = new ReadAhead(fd, WINDOWS);
    this.end = end;
  }

  /** The content at the end of the message record at the position. */
  read(position: number, size: number): Buffer {
    if (this.ahead === undefined) throw new Error('the journal is closed');
    const head = this.ahead.read(position, RECORD_HEAD, this.end);
    const length = head.readUInt32BE(0);
    const sum = head.readUInt32BE(4);
    const record = this.ahead.read(position + RECORD_HEAD, length, this.end);
    if (crc32(record) !== sum) throw new Error(`the record at byte ${position} of the journal is damaged`);
    return record.subarray(length - size);
  }

  /** What nobody needs goes with the next compaction. */
  release(): void {}
}
