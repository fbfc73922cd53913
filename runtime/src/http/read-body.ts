import type { Readable } from 'node:stream';

/** A body that is larger than allowed. */
export class BodyTooLarge extends Error {
  override readonly name = 'BodyTooLarge';
}

/**
 * Reads a body whole.
 *
 * @throws BodyTooLarge as soon as there is more than `limit` bytes; the rest is not read
 */
export async function readBody(body: Readable, limit: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limit) throw new BodyTooLarge(`The body has more than ${limit} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size).toString('utf8');
}

/** Whether a content type is JSON: `application/json`, or any type with the suffix `+json` (RFC 6839 §3.1). */
export function isJson(contentType: string | string[] | undefined): boolean {
  return /^application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i.test(String(contentType ?? ''));
}
