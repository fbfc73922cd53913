import type { Log } from '../log.js';

const PAUSE_MS = 10_000;

/** Tells of handshakes that failed: scanners make many, so it is one line in ten seconds, with the number of those before it. */
export class HandshakeLog {
  readonly #log: Log;
  readonly #now: () => number;
  #next = 0;
  #untold = 0;

  constructor(log: Log, now: () => number = () => performance.now()) {
    this.#log = log;
    this.#now = now;
  }

  failed(error: NodeJS.ErrnoException, address: string | undefined): void {
    const now = this.#now();
    if (now < this.#next) {
      this.#untold += 1;
      return;
    }
    this.#next = now + PAUSE_MS;
    const others = this.#untold === 0 ? {} : { others: this.#untold };
    this.#untold = 0;
    this.#log({ level: 'info', msg: 'a TLS handshake failed', cause: error.code ?? error.message, address, ...others });
  }
}
