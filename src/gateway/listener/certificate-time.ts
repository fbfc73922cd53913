import type { Certificate } from './certificate.js';

/** Why clients will not take the certificate now, such as `has expired`; nothing while it is valid. */
export function untimely(
  { startsAt, expiresAt }: Pick<Certificate, 'startsAt' | 'expiresAt'>,
  now = new Date(),
): 'has expired' | 'is not valid yet' | undefined {
  if (expiresAt < now) return 'has expired';
  return startsAt > now ? 'is not valid yet' : undefined;
}
