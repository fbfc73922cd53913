import { Worker } from 'node:worker_threads';

const PATIENCE_MS = 60_000;

/** Ends the process, aloud, when its event loop stands still: no timer of its own could tell. */
export interface Watchdog extends Disposable {
  /** The event loop still turns, at this input. */
  at(input: number): void;
}

/** `seed` is only said. */
export function startWatchdog(seed: number, patienceMs = PATIENCE_MS): Watchdog {
  const shared = new Int32Array(new SharedArrayBuffer(8));
  const worker = new Worker(WATCH, { eval: true, workerData: { shared, seed, patienceMs } });
  worker.unref();
  const turned = () => {
    Atomics.add(shared, 1, 1);
    Atomics.notify(shared, 1);
  };
  // One input that takes long is no standstill: the loop turns while it waits.
  const turns = setInterval(turned, patienceMs / 20);
  return {
    at(input) {
      Atomics.store(shared, 0, input);
    },
    [Symbol.dispose]() {
      clearInterval(turns);
      void worker.terminate();
    },
  };
}

const WATCH = `
const { workerData: { shared, seed, patienceMs } } = require('node:worker_threads');
const { writeSync } = require('node:fs');
for (let last = Atomics.load(shared, 1); ; last = Atomics.load(shared, 1)) {
  if (Atomics.wait(shared, 1, last, patienceMs) === 'timed-out') {
    writeSync(2, 'the event loop stands still near input ' + Atomics.load(shared, 0) + ' of seed ' + seed + '\\n');
    process.kill(process.pid, 'SIGKILL');
  }
}
`;
