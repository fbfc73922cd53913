import { firstValue, type RawHeaders } from '../../headers/raw-headers.js';
import { type Directives, seconds, secondsOf } from './cache-control.js';

/** How long an answer says that it is fresh, for a shared cache, in milliseconds (RFC 9111 §4.2.1); undefined where it says nothing. */
export function explicitLifetimeMs(headers: RawHeaders, directives: Directives, now: number): number | undefined {
  const told = secondsOf(directives, 's-maxage') ?? secondsOf(directives, 'max-age');
  if (told !== undefined) return told * 1000;
  const expires = firstValue(headers, 'expires');
  if (expires === undefined) return undefined;
  const lifetime = dateOf(expires) - (dateOf(firstValue(headers, 'date')) || now);
  // A date that makes no sense, such as 0, has passed (§5.3).
  return Number.isNaN(lifetime) ? 0 : Math.max(0, lifetime);
}

/** How old an answer is when it arrives, in milliseconds (RFC 9111 §4.2.3); the times are milliseconds since 1970. */
export function ageOnArrivalMs(headers: RawHeaders, { askedAt, now }: { askedAt: number; now: number }): number {
  const date = dateOf(firstValue(headers, 'date'));
  const apparent = Number.isNaN(date) ? 0 : Math.max(0, now - date);
  const age = seconds(firstValue(headers, 'age') ?? '') * 1000;
  return Math.max(apparent, age + Math.max(0, now - askedAt));
}

/** An HTTP date in its usual form (RFC 9110 §5.6.7) in milliseconds since 1970, or NaN. */
export function dateOf(text: string | undefined): number {
  return text !== undefined && usualForm.test(text) ? Date.parse(text) : Number.NaN;
}

const usualForm = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;
