import { randomBytes } from 'node:crypto';

/** Where a piece of work stands in a trace (W3C Trace Context, §3.2). */
export interface TraceContext {
  /** 32 lower-case hexadecimal digits, the same for the whole trace. */
  traceId: string;
  /** 16 lower-case hexadecimal digits: this piece of work. */
  spanId: string;
  /** The piece of work that caused this one; absent at the trace's start. */
  parentSpanId?: string;
  /** The trace flags, 0 to 255; bit 0 says `sampled`. */
  flags: number;
  /** Vendors' data (§3.3), passed on as it came. */
  tracestate?: string;
  /** The id of the request from outside that this work belongs to (`x-request-id`). */
  requestId?: string;
}

/** Random bytes in hexadecimal. */
export type RandomHex = (bytes: number) => string;

const sampled = 1;
const pattern = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;

/**
 * Reads a `traceparent` strictly (§3.2.2): lower case only, no all-zero id, version 00 exactly as long as it must be, later versions
 * with more fields behind.
 *
 * @returns the sender's context, or undefined when it is invalid and must be taken for absent (§3.2.2.3)
 */
export function parseTraceparent(text: string | undefined): TraceContext | undefined {
  const [, version, traceId, spanId, flags, rest] = pattern.exec(text ?? '') ?? [];
  if (version === undefined || traceId === undefined || spanId === undefined || flags === undefined) return undefined;
  if (version === 'ff' || (version === '00' && rest !== undefined)) return undefined;
  if (/^0+$/.test(traceId) || /^0+$/.test(spanId)) return undefined;
  return { traceId, spanId, flags: Number.parseInt(flags, 16) };
}

/** Writes the `traceparent` that makes the receiver's work a child of this context's. */
export function formatTraceparent({ traceId, spanId, flags }: TraceContext): string {
  return `00-${traceId}-${spanId}-${(flags & sampled) === 0 ? '00' : '01'}`;
}

/** Begins a trace, or a new piece of work in the sender's. */
export function startTrace(sender?: TraceContext, random: RandomHex = randomHex): TraceContext {
  if (sender === undefined) return { traceId: random(16), spanId: random(8), flags: sampled };
  return { ...sender, spanId: random(8), parentSpanId: sender.spanId };
}

function randomHex(bytes: number): string {
  return randomBytes(bytes).toString('hex');
}
