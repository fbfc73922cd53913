import { randomBytes } from 'node:crypto';

/** A tag for a consumer that named none. */
export function generatedTag(): string {
  return `amq.ctag-${randomBytes(16).toString('base64url')}`;
}
