import { hopByHopNames } from '../../headers/hop-by-hop.js';
import { firstValue, keepFields, type RawHeaders } from '../../headers/raw-headers.js';
import { type AnswerHead, withHeaders } from '../../http1/answer-reader.js';
import { ownText } from '../../http1/own-text.js';
import type { Coding } from '../compression/accept-encoding.js';
import type { SelectingFields } from './selecting-fields.js';
import type { StorageTerms } from './storage-terms.js';

/** An answer in the store. It never changes; a newer one takes its place. */
export interface StoredResponse {
  readonly head: AnswerHead;
  readonly body: Buffer;
  readonly selecting: SelectingFields;
  readonly terms: StorageTerms;
  /** When its age was 0, by the monotonic clock, in milliseconds. */
  readonly bornAt: number;
  /** The body in other codings, as far as somebody wanted them. Belongs to the store, which counts them. */
  readonly coded: Map<Coding, Buffer>;
}

/** About what it takes in memory. */
export function bytesOf({ head, body, selecting, coded }: StoredResponse): number {
  let bytes = body.length;
  for (const other of coded.values()) bytes += other.length;
  let text = 0;
  for (const field of head.headers) text += field.length;
  for (const [name, value] of selecting) text += name.length + value.length;
  return bytes + text + OVERHEAD_BYTES;
}

const OVERHEAD_BYTES = 1024;

/** Whether the service can be asked if it is still right. */
export function isConfirmable({ head }: StoredResponse): boolean {
  return firstValue(head.headers, 'etag') !== undefined || firstValue(head.headers, 'last-modified') !== undefined;
}

/** The head as it is stored: without what belonged to the connection, with its length and its date. */
export function storedHead(head: AnswerHead, length: number, date: string): AnswerHead {
  const hopByHop = hopByHopNames(head.headers);
  const kept = keepFields(head.headers, (name) => !hopByHop.has(name) && !written.has(name));
  const headers = [...kept, 'Date', firstValue(head.headers, 'date') ?? date].map(ownText);
  if (head.status !== 204) headers.push('Content-Length', String(length));
  return withHeaders({ ...head, reason: ownText(head.reason) }, headers);
}

/** A stored head with what a 304 says newly (RFC 9111 §3.2); about the body it says nothing. */
export function refreshedHead(stored: AnswerHead, update: RawHeaders): AnswerHead {
  const hopByHop = hopByHopNames(update);
  const isTaken = (name: string) => !hopByHop.has(name) && !name.startsWith('content-') && !unchanging.has(name);
  const taken = keepFields(update, isTaken);
  const names = new Set(taken.filter((_, at) => at % 2 === 0).map((name) => name.toLowerCase()));
  const others = keepFields(stored.headers, (name) => !names.has(name));
  return withHeaders(stored, [...others, ...taken.map(ownText)]);
}

const written: ReadonlySet<string> = new Set(['age', 'content-length', 'date', 'trailer', 'x-request-id']);
const unchanging: ReadonlySet<string> = new Set(['age', 'set-cookie', 'trailer', 'x-request-id', 'vary']);
