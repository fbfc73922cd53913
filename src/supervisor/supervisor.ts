import { setTimeout as sleep } from 'node:timers/promises';
import type { DiscoveryWriter } from '@mscli/runtime/discovery';
import { failure } from '../errors.js';
import { type Backoff, doublingBackoff } from './backoff.js';
import { checkHealth } from './check-health.js';
import { portFault } from './check-ports.js';
import { DiscoveryRecords, type SharedConfig } from './discovery-records.js';
import { ManagedProcess, type Surroundings } from './managed-process.js';
import { noticeMs } from './notice.js';
import type { ProcessRecord } from './process-record.js';
import { pidOf } from './process-state.js';
import { readyPauseMs } from './ready-pause.js';
import { ReadyWaiters } from './ready-waiters.js';
import { ServiceBuilds } from './service-builds.js';
import { startProcess } from './start-process.js';
import { killGroup } from './stop-group.js';
import { stopOrder } from './stop-order.js';
import type { SupervisorEvent, SupervisorListener } from './supervisor-event.js';

export interface SupervisorOptions {
  discovery: DiscoveryWriter;
  listeners: readonly SupervisorListener[];
  start?: Surroundings['start'];
  check?: Surroundings['check'];
  readyPauseMs?: Surroundings['readyPauseMs'];
  backoff?: () => Backoff;
  /** How long a process may take to end before it is killed, in milliseconds. */
  stopDeadlineMs?: number;
  now?: () => number;
}

/** Runs a set of processes. They know nothing of each other: all that happens to them goes through one table. */
export class Supervisor {
  readonly #options: SupervisorOptions;
  readonly #processes = new Map<string, ManagedProcess>();
  readonly #waiters = new ReadyWaiters();
  readonly #builds = new ServiceBuilds((event) => this.dispatch(event));
  readonly #discovery: DiscoveryRecords;
  #shared: SharedConfig = { routes: [], breakerSettings: {} };
  #stopping: Promise<void> | undefined;

  constructor(options: SupervisorOptions) {
    this.#options = options;
    const onError = (error: unknown) =>
      this.dispatch({ type: 'note', text: `The discovery file cannot be written: ${String(error)}` });
    this.#discovery = new DiscoveryRecords(options.discovery, onError);
  }

  get processes(): readonly ManagedProcess[] {
    return [...this.#processes.values()];
  }

  /** Why the present source of a service does not build, if it does not. */
  buildFault(service: string): string | undefined {
    return this.#builds.fault(service);
  }

  /** Makes what runs equal to the records: starts new ones, stops those that are gone, replaces those that differ. */
  async apply(records: readonly ProcessRecord[], shared: SharedConfig): Promise<void> {
    stopOrder(records);
    this.#shared = shared;
    const wanted = new Map(records.map((record) => [record.name, record]));
    const outdated = this.processes.filter(({ record }) => !sameRecord(record, wanted.get(record.name)));
    await Promise.all(outdated.map((process) => this.#remove(process)));
    await this.#builds.retain(records);
    if (this.#stopping) return;
    const fresh = records.filter(({ name }) => !this.#processes.has(name));
    for (const record of fresh) this.#builds.add(record);
    const added = fresh.map((record) => new ManagedProcess(record, this.#surroundings()));
    for (const process of added) this.#processes.set(process.record.name, process);
    this.#discovery.set(this.processes, this.#shared);
    this.dispatch({ type: 'planned', processes: records.map(({ name, port }) => ({ name, port })) });
    for (const process of added) process.start();
  }

  /** Builds where there is something to build, and starts again. Fails with `BUILD_FAILED`, `NOT_FOUND` or `NOT_RUNNING`. */
  async restart(name: string): Promise<void> {
    const process = this.#processes.get(name);
    if (!process) throw failure('NOT_FOUND', `No process is called ${name}.`);
    if (this.#stopping) throw failure('NOT_RUNNING', `${name} cannot be restarted: everything is being stopped.`);
    if (process.record.build) await this.#builds.rebuild(process.record.build.service);
    process.restart();
  }

  /** Stops everything, dependants first; resolves when nothing runs and nothing is left in the discovery file. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stopAll();
    return this.#stopping;
  }

  /** The last resort, synchronous: SIGKILL to every group. */
  killNow(): void {
    for (const { state } of this.processes) {
      const pid = pidOf(state);
      if (pid !== undefined) killGroup(pid);
    }
  }

  dispatch(event: SupervisorEvent): void {
    switch (event.type) {
      case 'state':
        this.#waiters.settle((name) => this.#processes.get(name)?.state.kind === 'ready');
        this.#discovery.changed();
        break;
      case 'changed':
        void this.#rebuildChanged(event.files);
        break;
      case 'planned':
      case 'log':
      case 'crashed':
      case 'built':
      case 'build-failed':
      case 'note':
        break;
      default:
        event satisfies never;
    }
    for (const listener of this.#options.listeners) listener(event);
  }

  async #rebuildChanged(files: readonly string[]): Promise<void> {
    const services = new Set(
      this.processes
        .filter(({ record }) => this.#builds.uses(record.service, files) || isBelow(record.watch, files))
        .map(({ record }) => record.service),
    );
    await Promise.all([...services].map((service) => this.#rebuild(service)));
  }

  /** Instances restart together; a bundle that is still the same restarts nothing but what had failed. */
  async #rebuild(service: string): Promise<void> {
    const processes = this.processes.filter(({ record }) => record.service === service);
    const isBuilt = processes.some(({ record }) => record.build);
    const outcome = isBuilt ? await this.#builds.rebuild(service).catch(() => 'failed') : 'changed';
    if (this.#stopping || outcome === 'failed') return;
    for (const process of processes) if (outcome === 'changed' || process.state.kind === 'failed') process.restart();
  }

  async #remove(process: ManagedProcess): Promise<void> {
    await process.stop();
    this.#processes.delete(process.record.name);
  }

  async #stopAll(): Promise<void> {
    const records = this.processes.map(({ record }) => record);
    for (const group of stopOrder(records)) {
      await Promise.all(group.map((name) => this.#processes.get(name)?.stop()));
    }
    await this.#builds[Symbol.asyncDispose]();
    await this.#discovery.clear();
  }

  #surroundings(): Surroundings {
    const { start = startProcess, check, backoff = doublingBackoff, stopDeadlineMs = 12_000 } = this.#options;
    return {
      start,
      check: check ?? ((record, signal) => checkHealth(record.health, signal)),
      untilReady: (names, signal) =>
        this.#waiters.wait(names, signal, (name) => this.#processes.get(name)?.state.kind === 'ready'),
      untilBuilt: (record) => this.#builds.untilBuilt(record),
      dispatch: (event) => this.dispatch(event),
      giveNotice: async (record) => {
        const pauseMs = noticeMs(record);
        if (pauseMs === 0) return;
        await this.#discovery.written();
        await sleep(pauseMs);
      },
      portFault,
      readyPauseMs: this.#options.readyPauseMs ?? readyPauseMs,
      backoff: backoff(),
      stopDeadlineMs,
      now: this.#options.now ?? Date.now,
    };
  }
}

function sameRecord(one: ProcessRecord, other: ProcessRecord | undefined): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function isBelow(folders: readonly string[], files: readonly string[]): boolean {
  return files.some((file) => folders.some((folder) => file === folder || file.startsWith(`${folder}/`)));
}
