import { keepFields, listMembers, type RawHeaders } from '../../headers/raw-headers.js';

/** The header fields of an answer once it is compressed (RFC 9110 §8.4, §8.8.1): its length, its digests and its byte ranges are no longer these. */
export function compressedFields(headers: RawHeaders, coding: string): string[] {
  const kept = keepFields(withWeakTag(headers), (name) => !isAboutBytes(name));
  return [...variedFields(kept), 'Content-Encoding', coding];
}

/** Says that the client's Accept-Encoding decided. */
export function variedFields(headers: RawHeaders): string[] {
  const varying = listMembers(headers, 'vary');
  const isSaid = varying.includes('accept-encoding') || varying.includes('*');
  return isSaid ? [...headers] : [...headers, 'Vary', 'Accept-Encoding'];
}

/** Two codings of the same are not the same byte for byte, so no tag may say so. */
export function withWeakTag(headers: RawHeaders): string[] {
  return headers.map((text, at) => {
    const isTag = at % 2 === 1 && headers[at - 1]?.toLowerCase() === 'etag';
    return isTag && text.startsWith('"') ? `W/${text}` : text;
  });
}

/** Whether this lower-case field speaks of the body's bytes as they were. */
export function isAboutBytes(name: string): boolean {
  return aboutBytes.has(name);
}

const aboutBytes: ReadonlySet<string> = new Set([
  'content-length',
  'content-md5',
  'content-digest',
  'repr-digest',
  'digest',
  'accept-ranges',
]);
