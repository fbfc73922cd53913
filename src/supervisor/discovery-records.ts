import type { Discovery, DiscoveryWriter, Instance, InstanceStatus } from '@mscli/runtime/discovery';
import { processStartTime, pruneDead } from '@mscli/runtime/discovery';
import type { ManagedProcess } from './managed-process.js';
import type { HealthCheck } from './process-record.js';
import { type ProcessState, pidOf } from './process-state.js';

/** What of mscli.yaml all processes follow while they run. */
export type SharedConfig = Pick<Discovery, 'routes' | 'breakerSettings'>;

/**
 * Keeps the supervisor's records in the discovery file equal to what runs. Writes are made one at a time and carry
 * everything that changed meanwhile, so that a start of many processes costs few of them.
 */
export class DiscoveryRecords {
  readonly #file: DiscoveryWriter;
  readonly #onError: (error: unknown) => void;
  #processes: readonly ManagedProcess[] = [];
  #shared: SharedConfig = { routes: [], breakerSettings: {} };
  #dirty = false;
  #writing: Promise<void> | undefined;
  #written = new Set<string>();

  constructor(file: DiscoveryWriter, onError: (error: unknown) => void) {
    this.#file = file;
    this.#onError = onError;
  }

  set(processes: readonly ManagedProcess[], shared: SharedConfig): void {
    this.#processes = processes;
    this.#shared = shared;
    this.changed();
  }

  /** Some state changed: writes soon. */
  changed(): void {
    this.#dirty = true;
    this.#writing ??= this.#write().finally(() => {
      this.#writing = undefined;
    });
  }

  /** Resolves when what has changed is in the file. */
  async written(): Promise<void> {
    await this.#writing;
  }

  /** Removes all that was written here; resolves when nothing of it is left in the file. */
  async clear(): Promise<void> {
    this.set([], { routes: [], breakerSettings: {} });
    await this.#writing;
  }

  async #write(): Promise<void> {
    while (this.#dirty) {
      this.#dirty = false;
      await this.#file.update((draft) => this.#apply(draft)).catch(this.#onError);
    }
  }

  #apply(draft: Discovery): void {
    // A killed process that registered itself is nobody's else.
    pruneDead(draft);
    const present = this.#processes.flatMap((process) => instanceOf(process) ?? []);
    const ids = new Set(present.map(({ id }) => id));
    for (const id of this.#written) {
      if (ids.has(id)) continue;
      delete draft.instances[id];
      delete draft.breakers[id];
    }
    for (const instance of present) draft.instances[instance.id] = instance;
    draft.routes = [...this.#shared.routes];
    draft.breakerSettings = { ...this.#shared.breakerSettings };
    this.#written = ids;
  }
}

function instanceOf({ record, state, startedAt }: ManagedProcess): Instance | undefined {
  const status = statusOf(state);
  const pid = pidOf(state);
  if (record.kind === 'broker' || record.port === undefined || !status || pid === undefined) return undefined;
  const processStart = processStartTime(pid);
  return {
    id: record.instanceId,
    service: record.service,
    url: originOf(record.health, record.port),
    pid,
    ...(processStart === undefined ? {} : { processStart }),
    status,
    startedAt: new Date(startedAt ?? 0).toISOString(),
    registeredBy: 'supervisor',
  };
}

function originOf(health: HealthCheck, port: number): string {
  return health.kind === 'http' ? new URL(health.url).origin : `http://127.0.0.1:${port}`;
}

function statusOf(state: ProcessState): InstanceStatus | undefined {
  switch (state.kind) {
    case 'starting':
    case 'ready':
    case 'unhealthy':
    case 'stopping':
      return state.kind;
    case 'stopped':
    case 'building':
    case 'waiting':
    case 'backing-off':
    case 'failed':
      return undefined;
    default:
      return state satisfies never;
  }
}
