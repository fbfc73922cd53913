import { type Problem, problem } from '../../answers/problem.js';
import type { StoredAnswer } from '../../answers/stored-answer.js';
import type { Exchange, ExchangeEnding } from '../../exchange.js';
import { firstValue } from '../../headers/raw-headers.js';
import { type AnswerHead, withHeaders } from '../../http1/answer-reader.js';
import type { Framing } from '../../http1/framing.js';
import type { PassedAnswer } from '../../serving/answer-sink.js';
import { GrowingBody } from '../limits/growing-body.js';
import { answerFromStore } from './answer-from-store.js';
import type { CacheOutcome, CacheVisit } from './cache-visit.js';
import type { Flight, Landing } from './flights.js';
import { isSameTag } from './not-modified.js';
import type { ResponseCache } from './response-cache.js';
import { selectingFields } from './selecting-fields.js';
import { type StorageTerms, storageTerms } from './storage-terms.js';
import { isConfirmable, refreshedHead, type StoredResponse, storedHead } from './stored-response.js';
import { StoringBody } from './storing-body.js';

type State =
  | { kind: 'asked' }
  | { kind: 'storing'; copy: GrowingBody }
  /** Nothing more will be stored. */
  | { kind: 'over' };

export interface FillOptions {
  key: string;
  isPersonal: boolean;
  /** What is to be confirmed, or may stand in for a failure. */
  stale: StoredResponse | undefined;
  /** Others that wait for the answer. */
  flight: Flight | undefined;
}

/** One GET that goes to the service, and its answer on the way into the store. */
export class Fill implements CacheVisit {
  readonly #cache: ResponseCache;
  readonly #exchange: Exchange;
  readonly #options: FillOptions;
  readonly #askedAt: number;
  #outcome: CacheOutcome;
  #status: string;
  #state: State = { kind: 'asked' };
  #isOutdated = false;

  constructor(cache: ResponseCache, exchange: Exchange, options: FillOptions) {
    this.#cache = cache;
    this.#exchange = exchange;
    this.#options = options;
    this.#askedAt = cache.clock.wall();
    this.#outcome = options.stale === undefined ? 'miss' : 'stale';
    this.#status = `fwd=${this.#whyForwarded()}`;
  }

  get outcome(): CacheOutcome {
    return this.#outcome;
  }

  get status(): string {
    return this.#status;
  }

  /** What is stored now has changed since: the answer that is under way must not be. */
  outdate(): void {
    this.#isOutdated = true;
  }

  instead(head: AnswerHead): StoredAnswer | Problem | undefined {
    const { stale } = this.#options;
    if (this.#state.kind !== 'asked' || stale === undefined) return undefined;
    if (head.status === 304 && isConfirmable(stale)) return this.#confirm(stale, head);
    return failures.has(head.status) ? this.insteadOfFailure() : undefined;
  }

  /** RFC 9111 §4.2.4. */
  insteadOfFailure(): StoredAnswer | undefined {
    const { stale } = this.#options;
    if (this.#state.kind !== 'asked' || stale === undefined) return undefined;
    const { lifetimeMs, staleIfErrorMs } = stale.terms;
    const ageMs = this.#cache.ageOf(stale);
    if (ageMs > lifetimeMs + staleIfErrorMs || staleIfErrorMs === 0) return undefined;
    this.#end('failed');
    this.#status = `hit; ttl=${Math.floor((lifetimeMs - ageMs) / 1000)}`;
    return answerFromStore(stale, this.#exchange, ageMs);
  }

  passing(head: AnswerHead, framing: Framing): PassedAnswer['through'] {
    if (this.#state.kind !== 'asked') return undefined;
    const { maxEntryBytes, store } = this.#cache;
    const terms = this.#termsOf(head);
    const selecting = selectingFields(head.headers, this.#exchange);
    const isWhole = framing.kind !== 'until-close' && (framing.kind !== 'length' || framing.length <= maxEntryBytes);
    if (terms === undefined || selecting === undefined || !isWhole) {
      this.#end(head.status >= 500 ? 'failed' : 'useless');
      return undefined;
    }
    const copy = new GrowingBody(store, maxEntryBytes);
    this.#state = { kind: 'storing', copy };
    this.#status += '; stored';
    const bornAt = this.#cache.clock.monotonic() - terms.ageOnArrivalMs;
    const whole = (body: Buffer) => {
      this.#keep({
        head: storedHead(head, body.length, this.#cache.date()),
        body,
        selecting,
        terms,
        bornAt,
        coded: new Map(),
      });
    };
    return (next) => new StoringBody(copy, next, { whole, tooLarge: () => this.#end('useless') });
  }

  /** The exchange is over, whatever has become of it. */
  over({ reason }: ExchangeEnding): void {
    if (this.#state.kind === 'storing') this.#state.copy.drop();
    this.#end(reason === 'client-gone' || reason === 'client-stalled' ? 'left' : 'failed');
  }

  #confirm(stale: StoredResponse, { headers }: AnswerHead): StoredAnswer | Problem {
    const { key } = this.#options;
    const [tag, earlier] = [firstValue(headers, 'etag'), firstValue(stale.head.headers, 'etag')];
    if (tag !== undefined && earlier !== undefined && !isSameTag(tag, earlier)) {
      this.#cache.store.delete(key, stale);
      this.#end('failed');
      return problem('upstream-failed', 'The service confirmed an answer that nobody asked it about.');
    }
    const { clock, store } = this.#cache;
    const dated = firstValue(headers, 'date') === undefined ? [...headers, 'Date', this.#cache.date()] : headers;
    const head = refreshedHead(stale.head, dated);
    const age = firstValue(headers, 'age');
    const terms = this.#termsOf(age === undefined ? head : withHeaders(head, [...head.headers, 'Age', age]));
    const bornAt = clock.monotonic() - (terms?.ageOnArrivalMs ?? 0);
    const fresh = { ...stale, head, bornAt, terms: terms ?? stale.terms };
    this.#outcome = 'revalidated';
    this.#status += '; fwd-status=304';
    if (terms === undefined) {
      store.delete(key, stale);
      this.#end('useless');
    } else this.#keep(fresh);
    return answerFromStore(fresh, this.#exchange, clock.monotonic() - bornAt);
  }

  /** RFC 9211 §2.2. */
  #whyForwarded(): string {
    const { key, stale } = this.#options;
    if (stale === undefined) return this.#cache.store.knows(key) ? 'vary-miss' : 'uri-miss';
    return this.#cache.ageOf(stale) < stale.terms.lifetimeMs ? 'request' : 'stale';
  }

  #termsOf(head: AnswerHead): StorageTerms | undefined {
    const { clock, rule } = this.#cache;
    const { isPersonal } = this.#options;
    return storageTerms(head, rule, { isPersonal, askedAt: this.#askedAt, now: clock.wall() });
  }

  #keep(response: StoredResponse): void {
    if (this.#state.kind === 'over') return;
    if (!this.#isOutdated) this.#cache.store.put(this.#options.key, response);
    this.#end(this.#isOutdated ? 'left' : 'stored');
  }

  #end(how: Landing): void {
    if (this.#state.kind === 'over') return;
    this.#state = { kind: 'over' };
    this.#cache.forget(this.#options.key, this);
    this.#options.flight?.land(how);
  }
}

/** RFC 5861 §4. */
const failures: ReadonlySet<number> = new Set([500, 502, 503, 504]);
