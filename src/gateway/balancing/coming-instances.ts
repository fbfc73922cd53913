import { type Discovery, resolve } from '@mscli/runtime/discovery';

interface Waiting {
  service: string;
  done(): void;
}

/**
 * Requests wait here for a service that has no instance because the supervisor is restarting it: it has only one, whose port
 * the new process gets when the old one has gone.
 */
export class ComingInstances implements Disposable {
  readonly #options: { mostWaiting: number; waitMs: number };
  readonly #waiting = new Set<Waiting>();
  #snapshot: Readonly<Discovery> | undefined;

  constructor(options: { mostWaiting: number; waitMs: number }) {
    this.#options = options;
  }

  /** The discovery file has changed. */
  follow(snapshot: Readonly<Discovery>): void {
    this.#snapshot = snapshot;
    for (const waiting of [...this.#waiting]) if (!isComing(snapshot, waiting.service)) waiting.done();
  }

  /** Resolves when an instance is there, none is to come any more, or the wait is over; undefined where waiting is of no use. */
  wait(service: string): Promise<void> | undefined {
    const { mostWaiting, waitMs } = this.#options;
    if (this.#snapshot === undefined || this.#waiting.size >= mostWaiting) return undefined;
    if (!isComing(this.#snapshot, service)) return undefined;
    return new Promise((resolve) => {
      const waiting = {
        service,
        done: () => {
          clearTimeout(timer);
          this.#waiting.delete(waiting);
          resolve();
        },
      };
      const timer = setTimeout(waiting.done, waitMs);
      this.#waiting.add(waiting);
    });
  }

  /** Lets go of all that waits, and keeps nobody any more. */
  [Symbol.dispose](): void {
    this.#snapshot = undefined;
    for (const waiting of [...this.#waiting]) waiting.done();
  }
}

/** One that registered itself may be going for good. */
function isComing(snapshot: Readonly<Discovery>, service: string): boolean {
  if (resolve(snapshot, service).length > 0) return false;
  return Object.values(snapshot.instances).some(
    (instance) =>
      instance.service === service &&
      instance.registeredBy === 'supervisor' &&
      (instance.status === 'starting' || instance.status === 'stopping'),
  );
}
