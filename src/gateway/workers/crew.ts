import { MscliError } from '../../errors.js';
import type { Log } from '../log.js';
import type { Address, PrimaryProcedures, StartFailure, WorkerProcedures } from './procedures.js';
import type { WorkerProcess } from './worker-process.js';
import { WorkerSlot } from './worker-slot.js';

export interface CrewOptions {
  /** The workers' instance ids. */
  ids: readonly string[];
  /** Starts the worker with an id; `port` is where it has to listen, if that has been settled. */
  fork: (
    id: string,
    procedures: Pick<PrimaryProcedures, 'listening' | 'failed'>,
    port: number | undefined,
  ) => WorkerProcess;
  log: Log;
}

type State =
  | { kind: 'starting'; resolve: (address: Address) => void; reject: (error: Error) => void }
  | { kind: 'serving' }
  | { kind: 'stopping' };

/** A little longer than a worker takes for its own stop at most. */
const STOP_DEADLINE_MS = 12_000;

/** All workers of a gateway: starts them, replaces those that end, and stops them. */
export class Crew {
  readonly #log: Log;
  readonly #slots: readonly WorkerSlot[];
  /** Resolves with the address when all workers listen for the first time; rejects when one of them cannot. */
  readonly listening: Promise<Address>;
  #state: State;
  #address: Address | undefined;
  #isSettled = false;

  constructor({ ids, fork, log }: CrewOptions) {
    this.#log = log;
    let state: State = { kind: 'serving' };
    this.listening = new Promise((resolve, reject) => {
      state = { kind: 'starting', resolve, reject };
    });
    this.#state = state;
    this.#slots = ids.map(
      (id) =>
        new WorkerSlot({
          id,
          fork: (procedures) => fork(id, procedures, this.#settledPort()),
          onListening: (slot, address) => this.#onListening(slot, address),
          onLost: (why, restMs) => this.#onLost(why, restMs),
        }),
    );
    for (const slot of this.#slots) slot.start();
  }

  /** Asks every worker that listens; gives the answers that came within so many milliseconds, by the workers' ids. */
  async askAll<N extends keyof WorkerProcedures & string>(
    name: N,
    args: Parameters<WorkerProcedures[N]>,
    patienceMs: number,
  ): Promise<Map<string, Awaited<ReturnType<WorkerProcedures[N]>>>> {
    const answers = await Promise.all(
      this.#slots
        .filter(({ isListening }) => isListening)
        .map(async ({ id, channel }) => ({ id, answer: await channel?.ask(name, args, patienceMs) })),
    );
    return new Map(answers.flatMap(({ id, answer }) => (answer === undefined ? [] : [[id, answer] as const])));
  }

  /** Has all workers finish what runs. Resolves when they are gone. */
  async stop(deadlineMs: number = STOP_DEADLINE_MS): Promise<void> {
    this.#state = { kind: 'stopping' };
    await Promise.all(this.#slots.map((slot) => slot.stop(deadlineMs)));
  }

  /**
   * As long as somebody listens, whoever asks for the same port gets the same one, even where any will do. When nobody listens any
   * more, the one that it was has to be asked for, and from then on.
   */
  #settledPort(): number | undefined {
    if (!this.#slots.some(({ isListening }) => isListening)) this.#isSettled = this.#address !== undefined;
    return this.#isSettled ? this.#address?.port : undefined;
  }

  #onListening({ id }: WorkerSlot, address: Address): void {
    this.#address ??= address;
    if (this.#state.kind === 'serving') this.#log({ level: 'info', msg: `the worker ${id} is back` });
    if (this.#state.kind !== 'starting' || !this.#slots.every(({ isListening }) => isListening)) return;
    this.#state.resolve(address);
    this.#state = { kind: 'serving' };
  }

  #onLost({ message, code, hint }: StartFailure, restMs: number): void {
    if (this.#state.kind === 'serving') {
      this.#log({ level: 'warn', msg: `${message} Another one starts in ${restMs} ms.`, code, hint });
    } else if (this.#state.kind === 'starting') {
      const { reject } = this.#state;
      this.#state = { kind: 'stopping' };
      const failure = code === undefined ? new Error(message) : new MscliError(code, message, hint ? { hint } : {});
      // The others have no chance either, and end with it.
      void this.stop(0).then(() => reject(failure));
    }
  }
}
