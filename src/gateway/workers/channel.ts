/** What one side does when the other calls it by name. Arguments and answers must survive JSON. */
// biome-ignore lint/suspicious/noExplicitAny: each procedure has arguments of its own
export type Procedures = { [name: string]: (...args: any[]) => unknown };

/** A call: the number under which its answer is expected, or 0 where none is; whose name; the arguments. Or an answer: its number below 0. */
type Envelope = [number: number, name: string, ...args: unknown[]] | [number: number, answer: unknown];

/**
 * Calls between the primary and one of its workers. All that is said in one turn of the event loop goes as one message, since a message
 * costs more than what is in it.
 */
export class Channel<Mine extends Procedures, Theirs extends Procedures> implements Disposable {
  readonly #send: (message: unknown) => void;
  readonly #mine: Mine;
  readonly #open = new Map<number, (answer: unknown) => void>();
  #latest = 0;
  #gathered: Envelope[] = [];
  #isClosed = false;

  /** `send` takes a message to the other side, whose `receive` gets it. */
  constructor(send: (message: unknown) => void, mine: Mine) {
    this.#send = send;
    this.#mine = mine;
  }

  /** Resolves with the answer; with undefined when there is none within so many milliseconds, or the other side is gone. */
  ask<N extends keyof Theirs & string>(
    name: N,
    args: Parameters<Theirs[N]>,
    patienceMs: number,
  ): Promise<Awaited<ReturnType<Theirs[N]>> | undefined> {
    if (this.#isClosed) return Promise.resolve(undefined);
    this.#latest += 1;
    const number = this.#latest;
    return new Promise((resolve) => {
      const settle = (answer: unknown) => {
        clearTimeout(timer);
        this.#open.delete(number);
        resolve(answer as Awaited<ReturnType<Theirs[N]>> | undefined);
      };
      const timer = setTimeout(() => settle(undefined), patienceMs);
      this.#open.set(number, settle);
      this.#post([number, name, ...args]);
    });
  }

  /** Without an answer. */
  tell<N extends keyof Theirs & string>(name: N, ...args: Parameters<Theirs[N]>): void {
    this.#post([0, name, ...args]);
  }

  /** To be called with each message of the other side, in order. */
  receive(message: unknown): void {
    if (!Array.isArray(message) || this.#isClosed) return;
    for (const envelope of message as Envelope[]) {
      if (envelope[0] < 0) this.#open.get(-envelope[0])?.(envelope[1] ?? undefined);
      else this.#perform(envelope as Extract<Envelope, [number, string, ...unknown[]]>);
    }
  }

  /** The other side is gone: nobody waits for it any more. */
  [Symbol.dispose](): void {
    this.#isClosed = true;
    this.#gathered = [];
    for (const settle of [...this.#open.values()]) settle(undefined);
  }

  #perform([number, name, ...args]: [number, string, ...unknown[]]): void {
    const answer = this.#mine[name]?.(...args);
    if (number === 0) return;
    if (answer instanceof Promise) void answer.then((late) => this.#post([-number, late]));
    else this.#post([-number, answer]);
  }

  #post(envelope: Envelope): void {
    if (this.#isClosed) return;
    if (this.#gathered.length === 0) setImmediate(() => this.flush());
    this.#gathered.push(envelope);
  }

  /** Sends at once what has been said in this turn. */
  flush(): void {
    const message = this.#gathered;
    this.#gathered = [];
    if (message.length > 0) this.#send(message);
  }
}
