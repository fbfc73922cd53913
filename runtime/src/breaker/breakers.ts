import { overrideFor, overrideKeys } from '../discovery/overrides.js';
import type { BreakerReport, Discovery, DiscoveryView, DiscoveryWriter } from '../discovery/types.js';
import type { MetricFamily } from '../metrics/family.js';
import { Breaker } from './breaker.js';
import { breakerFamilies } from './breaker-families.js';
import { breakerName, parseBreakerName } from './breaker-name.js';
import { historyPath } from './history.js';
import { HistoryWriter } from './history-writer.js';
import { mergeSettings } from './merge-settings.js';
import { ReportWriter } from './report-writer.js';
import type { BreakerOptions, Transition } from './types.js';

const longestTimerMs = 2 ** 31 - 1;

/** Whose breakers, and where the operator's word on them stands. */
export interface BreakersOptions {
  /** The service that calls, or `gateway`. */
  caller: string;
  /** This instance, such as `order-service-1`: its reports stand under this id. */
  instanceId: string;
  /** Overrides and settings are read there, reports written. Where it is a file, the history of the transitions stands beside it. */
  discovery: DiscoveryView & DiscoveryWriter & { readonly path?: string };
  /** How the breaker of each callee behaves, where mscli.yaml does not say otherwise. Default: every breaker's defaults. */
  optionsFor?: (callee: string) => Omit<BreakerOptions, 'now' | 'onTransition'>;
  /** Told of each change of a breaker's state, synchronously. It must not throw. */
  onTransition?: (transition: Transition) => void;
  /** The clock, in milliseconds since 1970. Default `Date.now`. */
  now?: () => number;
  /** How long to gather changes before the first report, in milliseconds. Default 20. */
  reportDelayMs?: number;
  /** The least time between two reports, in milliseconds. Default 250. */
  reportIntervalMs?: number;
  /** Told when a report cannot be written; calls never are. Default: nobody is told. */
  onError?: (error: unknown) => void;
}

/**
 * The breakers of one caller, one for each callee. They obey the overrides in the discovery file as soon as it changes, and write
 * back how they are when that changes, outside of any call.
 */
export class Breakers implements AsyncDisposable {
  readonly #options: BreakersOptions;
  readonly #now: () => number;
  readonly #breakers = new Map<string, Breaker>();
  readonly #resetsSeen = new Map<string, string>();
  readonly #settingsSeen = new Map<string, string>();
  readonly #reports: ReportWriter;
  readonly #history: HistoryWriter | undefined;
  readonly #subscription: Disposable;
  #expiry: NodeJS.Timeout | undefined;

  constructor(options: BreakersOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    const { discovery, instanceId, onError = () => {} } = options;
    const { path } = discovery;
    this.#history = path === undefined ? undefined : new HistoryWriter(historyPath(path), instanceId, onError);
    this.#reports = new ReportWriter({
      write: () => this.#writeReports(),
      delayMs: options.reportDelayMs ?? 20,
      intervalMs: options.reportIntervalMs ?? 250,
      onError,
    });
    this.#subscription = discovery.subscribe((snapshot) => this.#obey(snapshot));
  }

  /** The breaker that guards the calls to a service; the same one each time. */
  for(callee: string): Breaker {
    return this.#breakers.get(callee) ?? this.#create(callee);
  }

  /** All breakers so far. */
  all(): readonly Breaker[] {
    return [...this.#breakers.values()];
  }

  /** All breakers as metrics, see {@link breakerFamilies}. */
  families(): MetricFamily[] {
    return breakerFamilies(this.all());
  }

  /** Stops obeying and reporting, and takes this instance's reports out of the file. */
  async close(): Promise<void> {
    this.#subscription[Symbol.dispose]();
    clearTimeout(this.#expiry);
    await this.#reports.stop();
    await this.#history?.close();
    const { discovery, instanceId, onError } = this.#options;
    const removed = discovery.update((draft) => {
      delete draft.breakers[instanceId];
    });
    await removed.catch((error) => onError?.(error));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #create(callee: string): Breaker {
    const { caller, discovery } = this.#options;
    const { snapshot } = discovery;
    const breaker = new Breaker(breakerName(caller, callee), this.#optionsOf(callee, snapshot));
    this.#breakers.set(callee, breaker);
    this.#settingsSeen.set(callee, settingsText(snapshot, callee));
    this.#resetsSeen.set(breaker.name, latestReset(snapshot, breaker.name));
    this.#obeyOne(breaker, snapshot);
    this.#scheduleExpiry();
    this.#reports.request();
    return breaker;
  }

  #optionsOf(callee: string, { breakerSettings }: Readonly<Discovery>): BreakerOptions {
    return {
      ...mergeSettings<BreakerOptions>(this.#options.optionsFor?.(callee) ?? {}, breakerSettings[callee] ?? {}),
      now: this.#now,
      onTransition: (transition) => {
        this.#reports.request();
        this.#history?.add(transition);
        this.#options.onTransition?.(transition);
      },
    };
  }

  #obey(snapshot: Readonly<Discovery>): void {
    for (const name of Object.keys(snapshot.overrides)) this.#createNamed(name);
    for (const [callee, breaker] of this.#breakers) this.#configure(callee, breaker, snapshot);
    for (const breaker of this.#breakers.values()) this.#obeyOne(breaker, snapshot);
    this.#scheduleExpiry();
  }

  /** An override that names a callee which was never called still gets a breaker, so that its being obeyed is reported. */
  #createNamed(name: string): void {
    const parsed = parseBreakerName(name);
    if (parsed === undefined || parsed.caller !== this.#options.caller || parsed.callee === '*') return;
    this.for(parsed.callee);
  }

  #configure(callee: string, breaker: Breaker, snapshot: Readonly<Discovery>): void {
    const text = settingsText(snapshot, callee);
    if (text === this.#settingsSeen.get(callee)) return;
    this.#settingsSeen.set(callee, text);
    breaker.configure(this.#optionsOf(callee, snapshot));
  }

  #obeyOne(breaker: Breaker, snapshot: Readonly<Discovery>): void {
    const reset = latestReset(snapshot, breaker.name);
    if (reset > (this.#resetsSeen.get(breaker.name) ?? '')) {
      this.#resetsSeen.set(breaker.name, reset);
      if (breaker.state.kind !== 'closed') breaker.reset();
    }
    const now = this.#now();
    breaker.override(overrideFor(snapshot, breaker.name, now), now);
  }

  /** Without a call nobody would notice that an override has expired, and the report would be wrong. */
  #scheduleExpiry(): void {
    clearTimeout(this.#expiry);
    const ends = this.all().map(({ state }) => ('until' in state && 'override' in state ? state.until : Infinity));
    const wait = Math.min(...ends) - this.#now();
    if (wait === Number.POSITIVE_INFINITY) return;
    const expire = () => this.#obey(this.#options.discovery.snapshot);
    this.#expiry = setTimeout(expire, Math.min(Math.max(wait, 1), longestTimerMs)).unref();
  }

  async #writeReports(): Promise<void> {
    const { discovery, instanceId } = this.#options;
    await discovery.update((draft) => {
      draft.breakers[instanceId] = Object.fromEntries(this.all().map((breaker) => [breaker.name, reportOf(breaker)]));
    });
  }
}

function latestReset({ resets }: Readonly<Discovery>, breaker: string): string {
  const times = overrideKeys(breaker).map((key) => resets[key] ?? '');
  return times.toSorted().at(-1) ?? '';
}

function settingsText({ breakerSettings }: Readonly<Discovery>, callee: string): string {
  return JSON.stringify(breakerSettings[callee] ?? {});
}

function reportOf({ state, failures }: Breaker): BreakerReport {
  return {
    state: state.kind,
    since: new Date(state.since).toISOString(),
    failures,
    ...('override' in state ? { override: state.override.id } : {}),
    ...(state.kind === 'open' ? { reason: state.reason, until: new Date(state.until).toISOString() } : {}),
  };
}
