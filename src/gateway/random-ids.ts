import { randomFillSync } from 'node:crypto';

/** Random ids; never the same twice. */
export interface RandomIds {
  /** So many random bytes as hexadecimal digits. */
  hex(bytes: number): string;
  /** A UUID (RFC 9562 §5.4). */
  uuid(): string;
}

/** Ids that are cut from batches: one by one, they would cost more than the rest of a request's trace. */
export function batchedRandomIds(most = 256): RandomIds {
  const batch = Buffer.alloc(most * UUID_BYTES);
  const text = Buffer.alloc(most * UUID_LENGTH);
  const digits = cutter(() => randomFillSync(batch).toString('hex'));
  const uuids = cutter(() => uuidsOf(randomFillSync(batch), text));
  return { hex: (bytes) => digits(2 * bytes), uuid: () => uuids(UUID_LENGTH) };
}

/** Cuts pieces of a length from the beginning of a text, and from another one where that is used up. */
function cutter(next: () => string): (length: number) => string {
  let text = '';
  let at = 0;
  return (length) => {
    if (at + length > text.length) {
      text = next();
      at = 0;
    }
    at += length;
    return text.slice(at - length, at);
  };
}

const UUID_BYTES = 16;
const UUID_LENGTH = 36;
const VERSION = 0x40;
const VARIANT = 0x80;
const DASH = '-'.charCodeAt(0);
const digitCodes = Buffer.from('0123456789abcdef', 'latin1');

/** As many UUIDs as the bytes are enough for, one behind the other; `text` is where they are put together. */
function uuidsOf(bytes: Buffer, text: Buffer): string {
  let end = 0;
  for (let i = 0; i < bytes.length; i++) {
    const place = i % UUID_BYTES;
    let byte = bytes[i] as number;
    if (place === 6) byte = (byte & 0x0f) | VERSION;
    else if (place === 8) byte = (byte & 0x3f) | VARIANT;
    if (place === 4 || place === 6 || place === 8 || place === 10) text[end++] = DASH;
    text[end++] = digitCodes[byte >> 4] as number;
    text[end++] = digitCodes[byte & 0x0f] as number;
  }
  return text.toString('latin1', 0, end);
}
