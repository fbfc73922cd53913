import { Worker } from 'node:worker_threads';
import { MscliError } from '../errors.js';
import type { Answer, Fault, Request, WorkerOptions } from './protocol.js';

type Unnumbered<R> = R extends { id: number } ? Omit<R, 'id'> : never;
type Settle = { readonly resolve: (value: never) => void; readonly reject: (error: MscliError) => void };

/** The main thread's side of the database worker: numbers requests, sends them in batches, settles their promises. */
export class WorkerThread {
  readonly #worker: Worker;
  readonly #onFailure: (error: MscliError) => void;
  readonly #pending = new Map<number, Settle>();
  readonly #expiries = new Map<number, (error: MscliError) => void>();
  readonly #exited: Promise<void>;
  #nextId = 1;
  #outgoing: Request[] = [];
  #end: MscliError | undefined;

  private constructor(worker: Worker, onFailure: (error: MscliError) => void) {
    this.#worker = worker;
    this.#onFailure = onFailure;
    worker.on('message', (answers: Answer[]) => {
      for (const answer of answers) this.#settle(answer);
    });
    worker.on('error', (cause) => this.#fail(cause));
    this.#exited = new Promise((resolve) => {
      worker.on('exit', (code) => {
        this.#fail(new Error(`exit code ${code}`));
        resolve();
      });
    });
  }

  /** Starts the thread; resolves when it has the file open. */
  static async start(options: WorkerOptions, onFailure: (error: MscliError) => void): Promise<WorkerThread> {
    const worker = new Worker(new URL('./worker/main.js', import.meta.url), { workerData: options });
    return new Promise((resolve, reject) => {
      let open = false;
      const thread = new WorkerThread(worker, (error) => (open ? onFailure : reject)(error));
      worker.once('message', ([answer]: Answer[]) => {
        open = answer?.kind === 'opened';
        if (answer?.kind === 'fault') reject(toError(answer.fault));
        else resolve(thread);
      });
    });
  }

  /** Sends a request and resolves with its answer. */
  ask<Value>(request: Unnumbered<Request>): Promise<Value> {
    return new Promise((resolve, reject) => {
      if (this.#end !== undefined) {
        reject(this.#end);
        return;
      }
      const id = this.#nextId++;
      this.#pending.set(id, { resolve, reject });
      this.#send({ ...request, id } as Request);
    });
  }

  /** Opens a transaction; `onExpired` is called when the worker ends it by itself. */
  begin(tx: number, onExpired: (error: MscliError) => void): void {
    if (this.#end !== undefined) {
      onExpired(this.#end);
      return;
    }
    this.#expiries.set(tx, onExpired);
    this.#send({ op: 'begin', tx });
  }

  /** Forgets a transaction that has ended. */
  ended(tx: number): void {
    this.#expiries.delete(tx);
  }

  /** Lets the worker finish what is queued; resolves when the thread is gone. */
  async close(reason: MscliError): Promise<void> {
    if (this.#end !== undefined) return this.#exited;
    const closed = this.ask<void>({ op: 'close' });
    this.#end = reason;
    await closed.catch(() => {});
    await this.#exited;
  }

  #send(request: Request): void {
    if (this.#outgoing.length === 0) {
      queueMicrotask(() => {
        this.#worker.postMessage(this.#outgoing);
        this.#outgoing = [];
      });
    }
    this.#outgoing.push(request);
  }

  #settle(answer: Answer): void {
    switch (answer.kind) {
      case 'opened':
        return;
      case 'value':
        this.#take(answer.id)?.resolve(answer.value as never);
        return;
      case 'fault':
        this.#take(answer.id)?.reject(toError(answer.fault));
        return;
      case 'expired':
        this.#expiries.get(answer.tx)?.(toError(answer.fault));
        this.#expiries.delete(answer.tx);
        return;
      default:
        answer satisfies never;
    }
  }

  #take(id: number): Settle | undefined {
    const settle = this.#pending.get(id);
    this.#pending.delete(id);
    return settle;
  }

  #fail(cause: unknown): void {
    const expected = this.#end !== undefined && this.#pending.size === 0 && this.#expiries.size === 0;
    if (expected) return;
    const reason = cause instanceof Error ? cause.message.replace(/\.$/, '') : String(cause);
    const error = new MscliError(
      'STATE_WORKER',
      `The database thread died (${reason}): what it had not answered may be lost.`,
      {
        hint: 'Restart the service; whatever was answered is safe on disk.',
        cause,
      },
    );
    const wasOpen = this.#end === undefined;
    this.#end = error;
    for (const settle of this.#pending.values()) settle.reject(error);
    for (const expire of this.#expiries.values()) expire(error);
    this.#pending.clear();
    this.#expiries.clear();
    if (wasOpen) this.#onFailure(error);
  }
}

function toError(fault: Fault): MscliError {
  return new MscliError(fault.code, fault.message, fault.hint === undefined ? {} : { hint: fault.hint });
}
