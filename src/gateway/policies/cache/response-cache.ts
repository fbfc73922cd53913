import type { RouteAnswer } from '../../admission/pass.js';
import { problem } from '../../answers/problem.js';
import { atTheEnd, type Exchange } from '../../exchange.js';
import { removeField, setField } from '../../headers/field-edits.js';
import { firstValue } from '../../headers/raw-headers.js';
import type { CodingChooser } from '../compression/coding-chooser.js';
import { answerFromStore } from './answer-from-store.js';
import type { CacheVisit } from './cache-visit.js';
import { CodedBodies } from './coded-bodies.js';
import { Fill } from './fill.js';
import { type Flight, Flights } from './flights.js';
import { type RequestTerms, requestTerms } from './request-terms.js';
import { ResponseStore, type StoreBounds } from './response-store.js';
import { selects } from './selecting-fields.js';
import type { StorageRule } from './storage-terms.js';
import { isConfirmable, type StoredResponse } from './stored-response.js';

export interface CacheOptions extends StoreBounds {
  readonly rule: StorageRule;
  readonly maxEntryBytes: number;
  /** How long a request waits for the same one of another client. */
  readonly waitMs: number;
  readonly clock: Clock;
  /** How clients like their answers coded; undefined: as they are stored. */
  readonly chooseCoding: CodingChooser | undefined;
}

/** Both in milliseconds. */
export interface Clock {
  /** Since 1970. */
  wall(): number;
  monotonic(): number;
}

/** The answers of one route that more than one request may get: a shared cache (RFC 9111). */
export class ResponseCache {
  readonly store: ResponseStore;
  readonly rule: StorageRule;
  readonly clock: Clock;
  readonly maxEntryBytes: number;
  readonly #flights: Flights;
  readonly #coded: CodedBodies | undefined;
  /** What is under way into the store. */
  readonly #fills = new Map<string, Set<Fill>>();

  constructor({ rule, clock, maxEntryBytes, waitMs, chooseCoding, ...bounds }: CacheOptions) {
    this.store = new ResponseStore(bounds);
    this.rule = rule;
    this.clock = clock;
    this.maxEntryBytes = maxEntryBytes;
    this.#coded = chooseCoding && new CodedBodies(chooseCoding, this.store);
    this.#flights = new Flights({ waitMs, now: clock.monotonic });
  }

  /** Answers a GET or a HEAD, or sees to it that its answer is stored. */
  look(exchange: Exchange): RouteAnswer | undefined | Promise<RouteAnswer | undefined> {
    const terms = requestTerms(exchange);
    if (terms === undefined) {
      exchange.cache = { outcome: 'bypass', status: 'fwd=bypass' };
      return undefined;
    }
    return this.#look({ exchange, terms, key: keyOf(exchange, exchange.path + exchange.query) });
  }

  #look(visit: Visit, round = 0): RouteAnswer | undefined | Promise<RouteAnswer | undefined> {
    const { exchange, terms, key } = visit;
    const stored = this.#find(visit);
    const ageMs = stored === undefined ? 0 : this.ageOf(stored);
    if (stored !== undefined && terms.accepts(ageMs, stored.terms.lifetimeMs)) {
      const ttl = Math.floor((stored.terms.lifetimeMs - ageMs) / 1000);
      exchange.cache = round === 0 ? { outcome: 'hit', status: `hit; ttl=${ttl}` } : collapsed;
      const answer = answerFromStore(stored, exchange, ageMs);
      return this.#coded === undefined ? answer : this.#coded.recode(answer, exchange, { key, stored });
    }
    if (terms.onlyIfCached) return problem('not-stored', 'There is no stored answer, and the request wants no other.');
    if (exchange.method === 'HEAD') {
      exchange.cache = { outcome: 'bypass', status: 'fwd=method' };
      return undefined;
    }
    // What the client has already may be another answer than what others want.
    const isAlone = terms.isPersonal || (terms.isConditional && (stored === undefined || !isConfirmable(stored)));
    if (isAlone || round === MOST_ROUNDS) return this.#forward(visit, stored, undefined);
    const flight = this.#flights.find(key);
    if (flight !== undefined) return this.#wait(visit, flight, round + 1);
    return this.#forward(visit, stored, this.#flights.begin(key));
  }

  #find({ exchange, terms, key }: Visit): StoredResponse | undefined {
    const suits = (response: StoredResponse) =>
      (response.terms.isForEveryone || !terms.isPersonal) && selects(response.selecting, exchange);
    return this.store.find(key, suits);
  }

  #wait(visit: Visit, flight: Flight, round: number): Promise<RouteAnswer | undefined> {
    const { exchange } = visit;
    const { landed, abandon } = flight.wait();
    exchange.abandon = abandon;
    return landed.then((how) => {
      exchange.abandon = undefined;
      if (exchange.isAbandoned) return undefined;
      if (how === 'stored' || how === 'left') return this.#look(visit, round);
      return this.#forward(visit, this.#find(visit), undefined);
    });
  }

  #forward({ exchange, terms, key }: Visit, stale: StoredResponse | undefined, flight: Flight | undefined): undefined {
    if (stale !== undefined && isConfirmable(stale)) askAboutStored(exchange, stale);
    const fill = new Fill(this, exchange, { key, isPersonal: terms.isPersonal, stale, flight });
    const others = this.#fills.get(key);
    if (others === undefined) this.#fills.set(key, new Set([fill]));
    else others.add(fill);
    exchange.cache = fill;
    atTheEnd(exchange, (ending) => fill.over(ending));
    return undefined;
  }

  /** Nothing that was answered before may be given out any more (RFC 9111 §4.4). */
  invalidate(key: string): void {
    this.store.delete(key);
    for (const fill of this.#fills.get(key) ?? []) fill.outdate();
  }

  forget(key: string, fill: Fill): void {
    const fills = this.#fills.get(key);
    fills?.delete(fill);
    if (fills?.size === 0) this.#fills.delete(key);
  }

  ageOf({ bornAt }: StoredResponse): number {
    return this.clock.monotonic() - bornAt;
  }

  date(): string {
    return new Date(this.clock.wall()).toUTCString();
  }
}

interface Visit {
  readonly exchange: Exchange;
  readonly terms: RequestTerms;
  readonly key: string;
}

/** Everything that decides on the answer but for what it varies by: who serves it, and all that the client says about where it is. */
export function keyOf({ service, peer, host = '' }: Exchange, target: string): string {
  return `${service} ${peer.protocol}://${host}${target}`;
}

/** Asks whether what is stored is still right, in place of what the client may have asked (RFC 9111 §4.3.1). */
function askAboutStored(exchange: Exchange, { head }: StoredResponse): void {
  const tag = firstValue(head.headers, 'etag');
  const modified = firstValue(head.headers, 'last-modified');
  let edits = removeField(removeField(exchange.requestEdits, 'if-none-match'), 'if-modified-since');
  if (tag !== undefined) edits = setField(edits, 'If-None-Match', tag);
  if (modified !== undefined) edits = setField(edits, 'If-Modified-Since', modified);
  exchange.requestEdits = edits;
}

/** A request waits for another one, and for one more where that was another's answer or its client left. */
const MOST_ROUNDS = 2;
const collapsed: CacheVisit = { outcome: 'collapsed', status: 'fwd=uri-miss; collapsed' };
