/** Who has something to do at the end of a turn. */
export interface Due {
  turnEnds(): void;
}

/**
 * One turn of the event loop after the other. New requests and short answers that were read in a turn are served at its end, and what
 * was gathered meanwhile is written behind that. Written in a row, it wakes who is to read it once and not for each piece, which under
 * load is a tenth of what a request costs.
 */
export class Turn {
  readonly #readers: Due[] = [];
  readonly #writers: Due[] = [];

  /** Has it serve what has been read. */
  reads(due: Due): void {
    this.#add(this.#readers, due);
  }

  /** Has it write what has been gathered, when all has been served that was read in this turn. */
  writes(due: Due): void {
    this.#add(this.#writers, due);
  }

  #add(list: Due[], due: Due): void {
    if (this.#readers.length === 0 && this.#writers.length === 0) setImmediate(this.#end);
    list.push(due);
  }

  readonly #end = (): void => {
    // What comes in the meantime is done as well.
    for (const due of this.#readers) due.turnEnds();
    this.#readers.length = 0;
    for (const due of this.#writers) due.turnEnds();
    this.#writers.length = 0;
    if (this.#readers.length > 0) setImmediate(this.#end);
  };
}
