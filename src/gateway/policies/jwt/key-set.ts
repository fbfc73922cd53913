import type { JSONWebKeySet } from 'jose';

/** Fetches a key set; rejects where it cannot be had. */
export type FetchKeys = (signal: AbortSignal) => Promise<JSONWebKeySet>;

/** The keys by which tokens are verified: none yet, or the last ones that could be had. */
type State =
  | { kind: 'none'; failure: Error | undefined; triedAt: number }
  | { kind: 'loaded'; keys: JSONWebKeySet; version: number; triedAt: number };

const FRESH_MS = 10 * 60_000;
/** Between two tries, whether because of a failure or of keys that nobody knows. */
const PAUSE_MS = 5_000;
const TIMEOUT_MS = 5_000;

/**
 * A key set that is fetched when it is first needed, renewed in the background when it is old, and looked for anew when a
 * token names a key that is not in it. Where it cannot be had the last keys go on. One fetch runs at a time.
 */
export class KeySet {
  #state: State = { kind: 'none', failure: undefined, triedAt: Number.NEGATIVE_INFINITY };
  #fetching: Promise<void> | undefined;

  constructor(
    readonly fetchKeys: FetchKeys,
    readonly now: () => number = () => performance.now(),
  ) {}

  /** Grows with every set that differs from the one before. */
  get version(): number {
    return this.#state.kind === 'loaded' ? this.#state.version : 0;
  }

  /** The keys to verify with; rejects with the cause where none could ever be had. */
  async current(): Promise<JSONWebKeySet> {
    if (this.#state.kind === 'none') await this.#fetch();
    else if (this.now() - this.#state.triedAt > FRESH_MS) void this.#fetch();
    if (this.#state.kind === 'loaded') return this.#state.keys;
    throw this.#state.failure ?? new Error('the keys could not be had');
  }

  /** Looks for other keys than those of a version, unless that was done just now; true when there are others. */
  async renew(version: number): Promise<boolean> {
    if (this.version === version) await this.#fetch();
    return this.version !== version;
  }

  /** Never rejects. */
  #fetch(): Promise<void> {
    if (this.#fetching === undefined && this.now() - this.#state.triedAt < PAUSE_MS) return Promise.resolve();
    this.#fetching ??= this.fetchKeys(AbortSignal.timeout(TIMEOUT_MS))
      .then(
        (keys) => this.#take(keys),
        (failure: Error) => this.#keepOn(failure),
      )
      .finally(() => {
        this.#fetching = undefined;
      });
    return this.#fetching;
  }

  #take(keys: JSONWebKeySet): void {
    const known = this.#state.kind === 'loaded' ? this.#state : undefined;
    const isSame = known !== undefined && JSON.stringify(known.keys) === JSON.stringify(keys);
    const version = (known?.version ?? 0) + (isSame ? 0 : 1);
    this.#state = { kind: 'loaded', keys: isSame ? known.keys : keys, version, triedAt: this.now() };
  }

  #keepOn(failure: Error): void {
    const triedAt = this.now();
    this.#state = this.#state.kind === 'loaded' ? { ...this.#state, triedAt } : { kind: 'none', failure, triedAt };
  }
}
