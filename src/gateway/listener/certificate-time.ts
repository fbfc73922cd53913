import type { Certificate } from './certificate.js';

/** Why clients will not take the certificate now, such as `has expired`; nothing while it is valid. */
export function untimely(
  { startsAt, expiresAt }: Pick<Certificate, 'startsAt' | 'expiresAt'>,
  now = new Date(),
): 'has expired' | 'is not valid yet' | undefined {
  if (expiresAt < now) return 'has expired';
  return startsAt > now ? 'is not valid yet' : undefined;
}

const SOON_MS = 7 * 24 * 60 * 60 * 1000;

/** Whether it is valid, and will not be in a week. */
export function expiresSoon(certificate: Pick<Certificate, 'startsAt' | 'expiresAt'>, now = new Date()): boolean {
  return untimely(certificate, now) === undefined && certificate.expiresAt.getTime() - now.getTime() < SOON_MS;
}
