import { firstValue, keepFields, type RawHeaders, valuesOf } from '../../headers/raw-headers.js';
import type { AnswerHead } from '../../http1/answer-reader.js';
import { dateOf } from './freshness.js';

/** Whether the client has this answer already, by its If-None-Match or else its If-Modified-Since (RFC 9110 §13.1). */
export function isKnownTo(request: RawHeaders, { status, headers }: AnswerHead): boolean {
  if (status !== 200) return false;
  const tags = valuesOf(request, 'if-none-match');
  if (tags.length > 0) return matches(tags.join(','), firstValue(headers, 'etag'));
  const since = dateOf(firstValue(request, 'if-modified-since'));
  return dateOf(firstValue(headers, 'last-modified')) <= since;
}

/** Whether two entity tags are of the same answer, be it in another coding (RFC 9110 §8.8.3.2). */
export function isSameTag(one: string, other: string): boolean {
  return opaque(one) === opaque(other);
}

/** The 304 for an answer: what it says about the cache, and nothing about a body (RFC 9110 §15.4.5). */
export function notModified({ httpVersion, headers }: AnswerHead): AnswerHead {
  const hasTag = firstValue(headers, 'etag') !== undefined;
  const kept = keepFields(headers, (name) => {
    if (name === 'last-modified') return !hasTag;
    return !name.startsWith('content-') || name === 'content-location';
  });
  return { status: 304, reason: 'Not Modified', httpVersion, headers: kept };
}

function matches(listed: string, tag: string | undefined): boolean {
  if (listed.trim() === '*') return true;
  if (tag === undefined) return false;
  return (listed.match(/(?:W\/)?"[^"]*"/g) ?? []).some((candidate) => isSameTag(candidate, tag));
}

function opaque(tag: string): string {
  return tag.startsWith('W/') ? tag.slice(2) : tag;
}
