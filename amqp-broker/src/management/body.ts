import type { IncomingMessage } from 'node:http';
import { ApiError } from './answer.js';

/** Bodies above this many bytes are refused. */
const LARGEST_BODY = 20 * 1024 * 1024;

/** The members of the JSON object in the body; none for a request without a body. */
export async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    // What is too much is read to its end, so that the answer arrives, but not kept.
    if (size <= LARGEST_BODY) chunks.push(chunk);
  }
  if (size > LARGEST_BODY) {
    throw new ApiError(413, 'request_entity_too_large', `the body exceeds ${LARGEST_BODY} bytes`);
  }
  if (size === 0) return {};
  try {
    const body: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body as Record<string, unknown>;
  } catch {
    // Said below.
  }
  throw new ApiError(400, 'bad_request', 'not_json');
}
