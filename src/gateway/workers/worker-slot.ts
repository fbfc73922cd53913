import type { Address, PrimaryProcedures, StartFailure } from './procedures.js';
import type { PrimaryChannel, WorkerProcess } from './worker-process.js';

type State =
  | { kind: 'empty' }
  | { kind: 'starting'; worker: WorkerProcess; failure: StartFailure | undefined }
  /** `since` is a `performance.now()`. */
  | { kind: 'listening'; worker: WorkerProcess; since: number }
  | { kind: 'resting'; timer: NodeJS.Timeout }
  | { kind: 'stopping'; worker: WorkerProcess }
  | { kind: 'ended' };

export interface SlotOptions {
  /** The instance id of whichever worker has the slot. */
  id: string;
  fork: (procedures: Pick<PrimaryProcedures, 'listening' | 'failed'>) => WorkerProcess;
  onListening: (slot: WorkerSlot, address: Address) => void;
  /** It ended without having been told to. `restMs` is the time until there is another. */
  onLost: (why: StartFailure, restMs: number) => void;
}

/** A worker that has listened for so long starts at once when it ends. */
const SOON_MS = 30_000;

/** One place among the workers: whoever dies in it is replaced. */
export class WorkerSlot {
  readonly id: string;
  readonly #options: SlotOptions;
  #state: State = { kind: 'empty' };
  #ends = 0;
  #gone: Promise<void> = Promise.resolve();

  constructor(options: SlotOptions) {
    this.id = options.id;
    this.#options = options;
  }

  get isListening(): boolean {
    return this.#state.kind === 'listening';
  }

  /** To the worker that is there. */
  get channel(): PrimaryChannel | undefined {
    return 'worker' in this.#state ? this.#state.worker.channel : undefined;
  }

  start(): void {
    const worker = this.#options.fork({
      listening: (address) => this.#listening(address),
      failed: (failure) => {
        if (this.#state.kind === 'starting') this.#state.failure = failure;
      },
    });
    this.#state = { kind: 'starting', worker, failure: undefined };
    this.#gone = worker.exited.then((how) => {
      this.#exited(how);
      return worker.silent;
    });
  }

  /** Has the worker finish what runs; kills it at the deadline. Resolves when it is gone. */
  async stop(deadlineMs: number): Promise<void> {
    const state = this.#state;
    if (state.kind === 'resting') clearTimeout(state.timer);
    if (state.kind !== 'starting' && state.kind !== 'listening') {
      if (state.kind !== 'stopping') this.#state = { kind: 'ended' };
      return this.#gone;
    }
    this.#state = { kind: 'stopping', worker: state.worker };
    state.worker.channel.tell('stop');
    const timer = setTimeout(() => state.worker.kill(), deadlineMs);
    await this.#gone;
    clearTimeout(timer);
  }

  #listening(address: Address): void {
    if (this.#state.kind !== 'starting') return;
    this.#state = { kind: 'listening', worker: this.#state.worker, since: performance.now() };
    this.#options.onListening(this, address);
  }

  #exited(how: string): void {
    const state = this.#state;
    switch (state.kind) {
      case 'listening':
        if (performance.now() - state.since >= SOON_MS) this.#ends = 0;
        this.#rest({ message: `The worker ${this.id} ended ${how}.` });
        break;
      case 'starting':
        this.#rest(state.failure ?? { message: `The worker ${this.id} ended ${how} before it listened.` });
        break;
      case 'stopping':
        this.#state = { kind: 'ended' };
        break;
      case 'empty':
      case 'resting':
      case 'ended':
        break;
      default:
        state satisfies never;
    }
  }

  #rest(why: StartFailure): void {
    const restMs = doubling(this.#ends);
    this.#ends += 1;
    this.#state = { kind: 'resting', timer: setTimeout(() => this.start(), restMs) };
    this.#options.onLost(why, restMs);
  }
}

/** How long to wait before the next start, after so many ends in a row that came soon, in milliseconds. */
function doubling(ends: number): number {
  return Math.min(10_000, 100 * 2 ** Math.min(ends, 10));
}
