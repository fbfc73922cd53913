import { setTimeout as sleep } from 'node:timers/promises';
import type { Backoff } from './backoff.js';
import type { Health } from './check-health.js';
import { keptLines, lastWords } from './last-words.js';
import type { ProcessRecord } from './process-record.js';
import { mayFollow, type ProcessState } from './process-state.js';
import { describeExit, type Exit, type Running } from './running.js';
import { supervise } from './supervise.js';
import type { SupervisorListener } from './supervisor-event.js';

/** What a process needs from the world around it. */
export interface Surroundings {
  start(record: ProcessRecord, onLine: (line: string) => void, signal: AbortSignal): Running | Promise<Running>;
  check(record: ProcessRecord, signal: AbortSignal): Promise<Health>;
  /** Resolves when all named processes are ready. */
  untilReady(names: readonly string[], signal: AbortSignal): Promise<void>;
  /** Resolves when there is a bundle to run; rejects when there is none and it cannot be built. */
  untilBuilt(record: ProcessRecord): Promise<void>;
  dispatch: SupervisorListener;
  /** Resolves when others can have seen that it stops. */
  giveNotice(record: ProcessRecord): Promise<void>;
  /** Why its port is not free, if it is not. */
  portFault(record: ProcessRecord): Promise<string | undefined>;
  backoff: Backoff;
  /** How often to look at it when it is ready. */
  readyPauseMs(record: ProcessRecord): number;
  stopDeadlineMs: number;
  now(): number;
}

type LifeEnd = { kind: 'interrupted' } | { kind: 'failed'; reason: string } | { kind: 'exited'; exit: Exit };

/** One process, through all its lives: prepared, started, watched, started again after a crash, stopped. */
export class ManagedProcess {
  readonly record: ProcessRecord;
  readonly #world: Surroundings;
  #state: ProcessState = { kind: 'stopped' };
  #wish: 'run' | 'stop' = 'stop';
  /** Ends the present life, whatever it is doing. */
  #interrupt = new AbortController();
  #lives: Promise<void> | undefined;
  #startedAt: number | undefined;
  #readySince: number | undefined;
  #lastLines: string[] = [];
  /** Whether what answers on its port can be this process. */
  #listens = false;
  #starts = 0;
  #restarts = 0;
  #lastCrash: string | undefined;
  #health: string | undefined;

  constructor(record: ProcessRecord, world: Surroundings) {
    this.record = record;
    this.#world = world;
  }

  get state(): ProcessState {
    return this.#state;
  }

  /** When the process that runs now was started. */
  get startedAt(): number | undefined {
    return this.#startedAt;
  }

  /** How often it was started again after it had ended by itself. */
  get restarts(): number {
    return this.#restarts;
  }

  get lastCrash(): string | undefined {
    return this.#lastCrash;
  }

  /** What the last health check said while it was not ready. */
  get health(): string | undefined {
    return this.#health;
  }

  start(): void {
    this.#wish = 'run';
    this.#lives ??= this.#live().finally(() => {
      this.#lives = undefined;
    });
  }

  /** Ends the present life and begins another; revives what had failed. */
  restart(): void {
    this.#world.backoff.reset();
    if (this.#lives) this.#interrupt.abort();
    else this.start();
  }

  /** Resolves when nothing of the process runs any more. */
  async stop(): Promise<void> {
    this.#wish = 'stop';
    this.#interrupt.abort();
    await this.#lives;
    this.#transition({ kind: 'stopped' });
  }

  async #live(): Promise<void> {
    while (this.#wish === 'run') {
      this.#interrupt = new AbortController();
      const { signal } = this.#interrupt;
      const end = await this.#life(signal);
      if (end.kind === 'failed') {
        this.#transition({ kind: 'failed', reason: end.reason });
        return;
      }
      if (end.kind === 'exited') await this.#backOff(end.exit, signal);
    }
    this.#transition({ kind: 'stopped' });
  }

  async #life(signal: AbortSignal): Promise<LifeEnd> {
    try {
      await this.#prepare(signal);
      this.#readySince = undefined;
      this.#lastLines = [];
      const fault = await this.#world.portFault(this.record);
      signal.throwIfAborted();
      if (fault !== undefined) return { kind: 'exited', exit: { kind: 'error', message: fault } };
      this.#listens = !this.record.saysListening;
      const running = await this.#world.start(this.record, (line) => this.#onLine(line), signal);
      const { pid } = running;
      this.#startedAt = this.#world.now();
      this.#starts++;
      this.#transition({ kind: 'starting', since: this.#startedAt, pid });
      const end = await supervise(running, signal, {
        check: (watching) => this.#check(watching),
        onHealth: (health) => this.#onHealth(health, pid),
        onStopping: () => this.#transition({ kind: 'stopping', since: this.#world.now(), pid }),
        giveNotice: () => this.#world.giveNotice(this.record),
        stopDeadlineMs: this.#world.stopDeadlineMs,
        readyPauseMs: this.#world.readyPauseMs(this.record),
      });
      return end.kind === 'stopped' ? { kind: 'interrupted' } : end;
    } catch (error) {
      if (signal.aborted) return { kind: 'interrupted' };
      return { kind: 'failed', reason: error instanceof Error ? error.message : String(error) };
    } finally {
      this.#startedAt = undefined;
      this.#health = undefined;
    }
  }

  /** Only a first start waits for others: who depends on something must survive its restart anyway. */
  async #prepare(signal: AbortSignal): Promise<void> {
    const { record } = this;
    if (record.build) {
      if (this.#starts === 0) this.#transition({ kind: 'building' });
      await this.#world.untilBuilt(record);
    }
    if (this.#starts === 0 && record.dependsOn.length > 0) {
      this.#transition({ kind: 'waiting', for: record.dependsOn });
      await this.#world.untilReady(record.dependsOn, signal);
    }
    signal.throwIfAborted();
  }

  async #backOff(exit: Exit, signal: AbortSignal): Promise<void> {
    const now = this.#world.now();
    const reason = describeExit(exit);
    const restartInMs = this.#world.backoff.next(this.#readySince === undefined ? 0 : now - this.#readySince);
    this.#lastCrash = reason;
    this.#transition({ kind: 'backing-off', until: now + restartInMs, reason });
    const lastLines = lastWords(this.#lastLines);
    this.#world.dispatch({ type: 'crashed', process: this.record.name, reason, lastLines, restartInMs });
    await sleep(restartInMs, undefined, { signal }).catch(() => {});
    if (!signal.aborted) this.#restarts++;
  }

  /** Until it listens itself, somebody else would answer. */
  async #check(signal: AbortSignal): Promise<Health> {
    return this.#listens ? this.#world.check(this.record, signal) : { ok: false, reason: 'it does not listen yet' };
  }

  #onHealth(health: Health, pid: number | undefined): void {
    const { kind } = this.#state;
    const since = this.#world.now();
    this.#health = health.ok ? undefined : health.reason;
    if (health.ok && kind !== 'ready') this.#transition({ kind: 'ready', since, pid });
    if (!health.ok && kind === 'ready') this.#transition({ kind: 'unhealthy', since, pid, reason: health.reason });
  }

  #onLine(line: string): void {
    this.#lastLines.push(line);
    if (this.#lastLines.length > keptLines) this.#lastLines.shift();
    this.#listens ||= isListening(line);
    this.#world.dispatch({ type: 'log', process: this.record.name, line });
  }

  #transition(state: ProcessState): void {
    if (this.#state.kind === 'stopped' && state.kind === 'stopped') return;
    if (!mayFollow(this.#state, state)) {
      throw new Error(`${this.record.name} cannot go from ${this.#state.kind} to ${state.kind}`);
    }
    if (state.kind === 'ready') this.#readySince ??= state.since;
    this.#state = state;
    this.#world.dispatch({ type: 'state', process: this.record.name, state });
  }
}

/** The first line of our own programs when they have their port. */
function isListening(line: string): boolean {
  return line.startsWith('{') && line.includes('"msg":"listening');
}
