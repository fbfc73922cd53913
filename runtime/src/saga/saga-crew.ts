import { setMaxListeners } from 'node:events';
import { runWithTrace } from '../telemetry/index.js';
import type { Clock } from './clock.js';
import type { AnySaga } from './definition.js';
import { driveSaga } from './drive-saga.js';
import type { Journal } from './journal.js';
import { linkedSignal, scopedSignal } from './linked-signal.js';
import { toSagaError } from './saga-error.js';
import { hasEnded, type SagaRecord } from './saga-record.js';
import type { SagaRunnerOptions } from './saga-runner-options.js';

/** What a crew needs. */
export interface CrewOptions extends SagaRunnerOptions {
  readonly leaseMs: number;
  readonly clock: Clock;
  readonly journal: Journal;
  readonly sagas: ReadonlyMap<string, AnySaga>;
}

interface Job {
  /** Aborts when another process has the saga. */
  readonly lost: AbortController;
  readonly over: Promise<void>;
}

const ONE_DAY_MS = 86_400_000;
/** After the deadline: time to give the leases up in the journal. */
const LAST_WRITE_MS = 1000;

/** The sagas that this process drives: takes them, keeps their leases, looks for more, and hands them back. */
export class SagaCrew {
  readonly #options: CrewOptions;
  readonly #jobs = new Map<string, Job>();
  readonly #stop = new AbortController();
  readonly #drop = new AbortController();
  #rounds: Promise<unknown> = Promise.resolve();

  constructor(options: CrewOptions) {
    this.#options = options;
    // Every saga under way listens: ten of them are no leak.
    setMaxListeners(0, this.#stop.signal, this.#drop.signal);
  }

  /** Takes over what is there, and goes on looking. */
  async begin(): Promise<void> {
    const { lookEveryMs = 1000, leaseMs } = this.#options;
    const takeOver = (fromNamesake: boolean) =>
      this.#attempt('take over unfinished sagas', () => this.#takeOver(fromNamesake));
    await takeOver(true);
    this.#rounds = Promise.all([
      this.#every(lookEveryMs, () => takeOver(false)),
      this.#every(leaseMs / 3, () => this.#attempt('renew the leases of running sagas', () => this.#renew())),
    ]);
  }

  /** Drives a saga whose lease this process has. */
  take(record: SagaRecord): void {
    const lost = new AbortController();
    const over = runWithTrace(record.traceparent, () => this.#drive(record, lost.signal));
    this.#jobs.set(record.id, { lost, over });
  }

  /** Resolves when a saga does not run here, or no more: its end wakes us. */
  async whileHere(id: string, until: AbortSignal): Promise<void> {
    const over = this.#jobs.get(id)?.over;
    if (over === undefined) return;
    using either = scopedSignal(until, this.#stop.signal);
    await Promise.race([this.#options.clock.sleep(ONE_DAY_MS, either.signal), over]);
  }

  /** Resolves after a while: of a saga that runs elsewhere there is no news but in the journal. */
  async elsewhere(until: AbortSignal): Promise<void> {
    const { clock, lookEveryMs = 1000 } = this.#options;
    using either = scopedSignal(until, this.#stop.signal);
    await clock.sleep(Math.min(lookEveryMs, 250), either.signal);
  }

  /** Asks all to pause; after the deadline waits no longer for their steps, and soon after that for their journal either. */
  async end(deadlineMs: number): Promise<void> {
    this.#stop.abort(new DOMException('The service stops.', 'AbortError'));
    using timer = scopedSignal();
    const jobs = this.#rounds.then(() => Promise.all([...this.#jobs.values()].map((job) => job.over)));
    await Promise.race([jobs, this.#abandon(deadlineMs, timer.signal)]);
  }

  async #abandon(deadlineMs: number, signal: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    if (!(await clock.sleep(deadlineMs, signal))) return;
    this.#drop.abort();
    await clock.sleep(LAST_WRITE_MS, signal);
  }

  async #drive(record: SagaRecord, lost: AbortSignal): Promise<void> {
    const { journal, instanceId, context, clock, log, sagas, random = Math.random } = this.#options;
    const about = { saga: record.name, sagaId: record.id };
    using drop = linkedSignal(this.#drop.signal, lost);
    try {
      const last = await driveSaga(record, {
        journal,
        saga: sagas.get(record.name),
        instance: instanceId,
        service: context,
        clock,
        random,
        stop: this.#stop.signal,
        drop: drop.signal,
      });
      if (!hasEnded(last.state)) log.info(about, 'saga paused');
      else if (last.state === 'stuck') log.error({ ...about, error: last.error }, 'saga stuck');
      else log.info({ ...about, error: last.error }, `saga ${last.state}`);
    } catch (error) {
      // Whoever holds the lease goes on: another instance, or, when it has run out, this one.
      log.warn({ ...about, error: toSagaError(error) }, 'saga left alone until its lease runs out');
    } finally {
      this.#jobs.delete(record.id);
    }
  }

  async #takeOver(fromNamesake: boolean): Promise<void> {
    const { journal, takeOverLimit = 500, log } = this.#options;
    const free = takeOverLimit - this.#jobs.size;
    if (free <= 0) return;
    for (const id of await journal.claim(free, [...this.#jobs.keys()], { fromNamesake })) {
      const record = await journal.load(id);
      if (record === undefined) continue;
      log.info({ saga: record.name, sagaId: id, epoch: record.epoch }, 'saga taken over');
      this.take(record);
    }
  }

  async #renew(): Promise<void> {
    if (this.#jobs.size === 0) return;
    const asked = [...this.#jobs];
    const held = await this.#options.journal.renew(asked.map(([id]) => id));
    for (const [id, job] of asked) if (!held.has(id)) job.lost.abort();
  }

  async #every(ms: number, work: () => Promise<void>): Promise<void> {
    while (await this.#options.clock.sleep(ms, this.#stop.signal)) await work();
  }

  /** What comes round again may fail once: the file may be busy. */
  async #attempt(what: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#options.log.warn({ error: toSagaError(error) }, `could not ${what}, will try again`);
    }
  }
}
