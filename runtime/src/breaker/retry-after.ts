/**
 * How long an answer asks to be left alone, in milliseconds: the `Retry-After` of a 429 or a 503, as a number of seconds or a
 * date (RFC 9110 §10.2.3, §15.6.4, RFC 6585 §4). Undefined for other answers, without the field, or when it makes no sense.
 *
 * @param header - the field's value
 * @param now - milliseconds since 1970. Default: the clock's
 */
export function retryAfterMs(
  status: number,
  header: string | readonly string[] | undefined,
  now?: number,
): number | undefined {
  return status === 429 || status === 503 ? parseRetryAfter(header, now ?? Date.now()) : undefined;
}

/** The same of any answer: 413 and the redirects may have one, too. */
export function parseRetryAfter(header: string | readonly string[] | undefined, now: number): number | undefined {
  if (typeof header !== 'string') return undefined;
  const text = header.trim();
  const wait = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now;
  return Number.isNaN(wait) ? undefined : Math.max(0, wait);
}
