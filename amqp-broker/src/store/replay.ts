import { closeSync, openSync, readSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { ByteReader } from '../codec/byte-reader.js';
import { BrokerError } from '../errors.js';
import type { PageFile } from '../message.js';
import { MAGIC, RECORD_HEAD } from './record.js';
import { StoredState } from './stored-state.js';

export interface Replayed {
  state: StoredState;
  /** Where the last whole record ends. */
  goodBytes: number;
  /** Bytes after that: what a crash left of an unfinished write. */
  tornBytes: number;
}

/** So small that what was read is still in the processor's cache when it is checked. */
const CHUNK = 256 * 1024;

/** Reads a journal to its last whole record. Anything but a journal of this version is refused with BROKER_DATA_UNREADABLE. */
export function replay(path: string, pages: PageFile): Replayed {
  const state = new StoredState(pages);
  const reader = new ByteReader();
  const file = openSync(path, 'r');
  try {
    requireMagic(file, path);
    let goodBytes = MAGIC.length;
    // One buffer for all: records are read out of it, contents stay in the file.
    let buffer = Buffer.allocUnsafeSlow(CHUNK);
    let filled = 0;
    for (;;) {
      if (filled === buffer.length) buffer = Buffer.concat([buffer], buffer.length * 2);
      const read = readSync(file, buffer, filled, buffer.length - filled, null);
      if (read === 0) return { state, goodBytes, tornBytes: filled };
      filled += read;
      const used = replayRecords(state, reader, buffer.subarray(0, filled), goodBytes);
      goodBytes += used;
      buffer.copyWithin(0, used, filled);
      filled -= used;
    }
  } finally {
    closeSync(file);
  }
}

/** Applies the whole records at the start of the buffer; answers how many bytes they took. */
function replayRecords(state: StoredState, reader: ByteReader, buffer: Buffer, position: number): number {
  let at = 0;
  while (buffer.length - at >= RECORD_HEAD) {
    const length = buffer.readUInt32BE(at);
    const start = at + RECORD_HEAD;
    if (length === 0 || start + length > buffer.length) break;
    if (crc32(buffer.subarray(start, start + length)) !== buffer.readUInt32BE(at + 4)) break;
    state.apply(reader.reset(buffer, start, start + length), position + at);
    at = start + length;
  }
  return at;
}

function requireMagic(file: number, path: string): void {
  const magic = Buffer.alloc(MAGIC.length);
  const read = readSync(file, magic, 0, MAGIC.length, null);
  if (read === MAGIC.length && magic.equals(MAGIC)) return;
  throw new BrokerError('BROKER_DATA_UNREADABLE', `${path} is not a journal of this version of the broker.`, {
    hint: 'Use another data folder, or move the file away to begin anew.',
  });
}
