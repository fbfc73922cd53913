import { PROTOCOL_HEADER } from '../codec/frame.js';

/** What the first bytes of a client amount to. */
export type HeaderProgress =
  | { kind: 'more'; received: Buffer }
  | { kind: 'wrong' }
  | { kind: 'complete'; rest: Buffer };

/** Reads `AMQP 0-9-1` however it was cut (AMQP 0-9-1 §4.2.2). */
export function readProtocolHeader(received: Buffer, chunk: Buffer): HeaderProgress {
  const bytes = Buffer.concat([received, chunk]);
  const length = Math.min(bytes.length, PROTOCOL_HEADER.length);
  if (!bytes.subarray(0, length).equals(PROTOCOL_HEADER.subarray(0, length))) return { kind: 'wrong' };
  return length < PROTOCOL_HEADER.length
    ? { kind: 'more', received: bytes }
    : { kind: 'complete', rest: bytes.subarray(length) };
}
