import cluster, { type Worker } from 'node:cluster';
import type { Readable } from 'node:stream';
import { Channel } from './channel.js';
import type { HandedOver } from './handed-over.js';
import type { PrimaryProcedures, WorkerProcedures } from './procedures.js';

export type PrimaryChannel = Channel<PrimaryProcedures, WorkerProcedures>;

/** A worker of this process, the primary. */
export interface WorkerProcess {
  readonly channel: PrimaryChannel;
  /** Resolves when it is gone, with how it ended. */
  readonly exited: Promise<string>;
  /** Resolves when all its output has been read. */
  readonly silent: Promise<void>;
  kill(): void;
}

export interface WorkerOptions {
  env: Record<string, string>;
  /** What it may ask for. */
  procedures: PrimaryProcedures;
  /** Gets its output. */
  onOutput: (output: Readable) => void;
  handedOver: HandedOver;
}

/** Prepares this process to have workers: they run the same program. */
export function becomePrimary(): void {
  // Left to the system, a few connections may all go to one worker.
  cluster.schedulingPolicy = cluster.SCHED_RR;
  cluster.setupPrimary({ stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
}

export function forkWorker({ env, procedures, onOutput, handedOver }: WorkerOptions): WorkerProcess {
  const worker = cluster.fork(env);
  const closeUntaken = handedOver.watch(worker.process);
  // A message that cannot be sent any more is of no use to anybody.
  const send = (message: unknown) => void worker.send(message as object, ignore);
  const channel: PrimaryChannel = new Channel(send, procedures);
  worker.on('message', (message) => channel.receive(message));
  const { stdout } = worker.process;
  const silent = closeOf(stdout);
  if (stdout) onOutput(stdout);
  worker.on('error', ignore);
  worker.once('exit', () => {
    closeUntaken();
    // While something is on its way, node:cluster does not notice by itself that the worker listens no more.
    worker.disconnect();
  });
  const exited = exitOf(worker).finally(() => channel[Symbol.dispose]());
  return { channel, exited, silent, kill: () => void worker.process.kill('SIGKILL') };
}

function ignore(): void {}

function exitOf(worker: Worker): Promise<string> {
  return new Promise((resolve) => {
    worker.once('exit', (code, signal) => resolve(signal ? `by ${signal}` : `with code ${code}`));
    // It could not be started; whatever else goes wrong ends it.
    worker.once('error', (error) => resolve(`because of: ${error.message}`));
  });
}

function closeOf(output: Readable | null): Promise<void> {
  return new Promise((resolve) => (output === null ? resolve() : output.once('close', resolve)));
}
