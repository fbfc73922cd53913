import { AmqpError } from '../errors.js';

/** The few properties that the broker itself acts on, found without decoding the others. */
export interface PropertyScan {
  deliveryMode: number;
  priority: number;
  expiration: string | undefined;
  userId: string | undefined;
  /** Range of the reply-to text; both 0 without one. */
  replyToAt: number;
  replyToEnd: number;
  /** Range of the headers table (its length included); both 0 without one. */
  headersAt: number;
  headersEnd: number;
}

/** Walks a property list once. A list that does not end where it should is a SYNTAX_ERROR. */
export function scanProperties(list: Buffer, end: number): PropertyScan {
  const scan: PropertyScan = {
    deliveryMode: 1,
    priority: 0,
    expiration: undefined,
    userId: undefined,
    replyToAt: 0,
    replyToEnd: 0,
    headersAt: 0,
    headersEnd: 0,
  };
  if (end < 2) throw malformed();
  const flags = list.readUInt16BE(0);
  if ((flags & 3) !== 0) throw malformed();
  let at = 2;
  if (flags & 0x8000) at = afterText(list, at, end);
  if (flags & 0x4000) at = afterText(list, at, end);
  if (flags & 0x2000) {
    if (at + 4 > end) throw malformed();
    scan.headersAt = at;
    at += 4 + list.readUInt32BE(at);
    scan.headersEnd = at;
  }
  if (at > end) throw malformed();
  if (flags & 0x1000) scan.deliveryMode = list[at++] as number;
  if (flags & 0x0800) scan.priority = list[at++] as number;
  if (flags & 0x0400) at = afterText(list, at, end);
  if (flags & 0x0200) {
    scan.replyToAt = at + 1;
    at = scan.replyToEnd = afterText(list, at, end);
  }
  if (flags & 0x0100) {
    const from = at + 1;
    at = afterText(list, at, end);
    scan.expiration = list.toString('latin1', from, at);
  }
  if (flags & 0x0080) at = afterText(list, at, end);
  if (flags & 0x0040) at += 8;
  if (flags & 0x0020) at = afterText(list, at, end);
  if (flags & 0x0010) {
    const from = at + 1;
    at = afterText(list, at, end);
    scan.userId = list.toString('latin1', from, at);
  }
  if (flags & 0x0008) at = afterText(list, at, end);
  if (flags & 0x0004) at = afterText(list, at, end);
  if (at !== end) throw malformed();
  return scan;
}

/** Where a short string ends that begins there. */
function afterText(list: Buffer, at: number, end: number): number {
  if (at >= end) throw malformed();
  return at + 1 + (list[at] as number);
}

function malformed(): AmqpError {
  return new AmqpError('SYNTAX_ERROR', 'malformed content header');
}
