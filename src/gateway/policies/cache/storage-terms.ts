import { firstValue } from '../../headers/raw-headers.js';
import type { AnswerHead } from '../../http1/answer-reader.js';
import { type Directives, directivesOf, secondsOf } from './cache-control.js';
import { ageOnArrivalMs, explicitLifetimeMs } from './freshness.js';

/** On what terms an answer is stored. */
export interface StorageTerms {
  readonly lifetimeMs: number;
  readonly ageOnArrivalMs: number;
  /** The answer itself says that everybody may have it, those with a token or a cookie too. */
  readonly isForEveryone: boolean;
  /** How long behind its lifetime it may stand in for a failure. */
  readonly staleIfErrorMs: number;
}

export interface StorageRule {
  /** The lifetime of answers that name none; undefined: these are not stored. */
  readonly forMs: number | undefined;
  /** For answers that don't forbid it. */
  readonly staleIfErrorMs: number;
}

/**
 * The terms of an answer to a GET for a shared cache (RFC 9111 §3); undefined where it is not to be stored. Stricter than it must be: nothing that sets a
 * cookie, no failure, and what was asked for by somebody in particular only where it says that it is for everyone (§3.5).
 */
export function storageTerms(
  head: AnswerHead,
  rule: StorageRule,
  asked: { isPersonal: boolean; askedAt: number; now: number },
): StorageTerms | undefined {
  const { status, headers } = head;
  const directives = directivesOf(headers);
  if (!storable.has(status) || directives.has('no-store') || directives.has('private')) return undefined;
  if (has(head, 'set-cookie') || has(head, 'content-range') || isEndless(head)) return undefined;
  const isForEveryone = directives.has('public') || directives.has('s-maxage');
  if (asked.isPersonal && !isForEveryone) return undefined;
  const lifetimeMs = lifetimeOf(head, directives, rule, asked.now);
  if (lifetimeMs === undefined) return undefined;
  const age = ageOnArrivalMs(headers, asked);
  const isUseful = lifetimeMs > age || has(head, 'etag') || has(head, 'last-modified');
  if (!isUseful) return undefined;
  return { lifetimeMs, ageOnArrivalMs: age, isForEveryone, staleIfErrorMs: staleMsOf(directives, rule) };
}

function lifetimeOf(head: AnswerHead, directives: Directives, { forMs }: StorageRule, now: number): number | undefined {
  if (directives.has('no-cache')) return 0;
  return explicitLifetimeMs(head.headers, directives, now) ?? (redirectsForNow.has(head.status) ? undefined : forMs);
}

/** RFC 9111 §4.2.4: some directives forbid any use of what is stale. */
function staleMsOf(directives: Directives, rule: StorageRule): number {
  const isForbidden = ['no-cache', 'must-revalidate', 'proxy-revalidate', 's-maxage'].some((name) =>
    directives.has(name),
  );
  if (isForbidden) return 0;
  const seconds = secondsOf(directives, 'stale-if-error');
  return seconds === undefined ? rule.staleIfErrorMs : seconds * 1000;
}

function isEndless({ headers }: AnswerHead): boolean {
  return /^text\/event-stream\b/i.test(firstValue(headers, 'content-type') ?? '');
}

function has({ headers }: AnswerHead, name: string): boolean {
  return firstValue(headers, name) !== undefined;
}

const redirectsForNow: ReadonlySet<number> = new Set([302, 307]);
const storable: ReadonlySet<number> = new Set([200, 203, 204, 300, 301, 302, 307, 308, 404, 410]);
