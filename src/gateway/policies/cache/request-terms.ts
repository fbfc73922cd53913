import type { Exchange } from '../../exchange.js';
import { firstValue, type RawHeaders } from '../../headers/raw-headers.js';
import { type Directives, directivesOf, secondsOf } from './cache-control.js';

/** What a request allows a cache to do. */
export interface RequestTerms {
  /** It concerns somebody in particular: only what is for everyone may be stored of its answer, or answer it. */
  readonly isPersonal: boolean;
  /** It asks whether what the client has is still right. */
  readonly isConditional: boolean;
  readonly onlyIfCached: boolean;
  /** Whether an answer of this age, fresh for so long, is good enough. */
  accepts(ageMs: number, lifetimeMs: number): boolean;
}

/** The terms of a GET or HEAD; undefined where the cache is none of its business. */
export function requestTerms({ headers, claims, hasBody, upgrade }: Exchange): RequestTerms | undefined {
  if (hasBody || upgrade || isPassedBy(headers)) return undefined;
  const directives = directivesOf(headers);
  if (directives.has('no-store')) return undefined;
  const asksAnew = directives.has('no-cache') || (directives.size === 0 && isOldNoCache(headers));
  return {
    isPersonal: claims !== undefined || has(headers, 'authorization') || has(headers, 'cookie'),
    isConditional: has(headers, 'if-none-match') || has(headers, 'if-modified-since'),
    onlyIfCached: directives.has('only-if-cached'),
    accepts: (ageMs, lifetimeMs) => !asksAnew && isFreshEnough(directives, ageMs, lifetimeMs),
  };
}

/** RFC 9111 §5.2.1; that a client would take something stale is not made use of. */
function isFreshEnough(directives: Directives, ageMs: number, lifetimeMs: number): boolean {
  const oldest = secondsOf(directives, 'max-age');
  const reserve = secondsOf(directives, 'min-fresh') ?? 0;
  if (oldest !== undefined && ageMs > oldest * 1000) return false;
  return lifetimeMs - ageMs > reserve * 1000;
}

function isOldNoCache(headers: RawHeaders): boolean {
  return firstValue(headers, 'pragma')?.toLowerCase().includes('no-cache') === true;
}

function has(headers: RawHeaders, name: string): boolean {
  return firstValue(headers, name) !== undefined;
}

function isPassedBy(headers: RawHeaders): boolean {
  for (let i = 0; i < headers.length; i += 2) {
    // As CGI and WSGI read names.
    if (passedBy.has((headers[i] as string).toLowerCase().replaceAll('_', '-'))) return true;
  }
  return false;
}

/**
 * Fields whose answers belong to one request alone: parts, conditions that only the service can judge, and those by which some frameworks
 * take a GET for another method, which would poison the cache.
 */
const passedBy: ReadonlySet<string> = new Set([
  ...['range', 'if-range', 'if-match', 'if-unmodified-since'],
  ...['x-http-method-override', 'x-http-method', 'x-method-override'],
]);
