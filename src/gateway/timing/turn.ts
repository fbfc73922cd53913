/** Who has something to do at the end of a turn. */
export interface Due {
  turnEnds(): void;
}

/** So often a turn's end waits for what else is there: a millisecond or two. */
const MOST_DELAYS = 16;
/** No more than these are not worth another look. */
const FEW = 4;

/**
 * One turn after the other. New requests and short answers that were read in a turn are served at its end, and what was gathered
 * meanwhile is written behind that. Written in a row, it wakes who is to read it once and not for each piece, which under load is a
 * tenth of what a request costs.
 *
 * Under load a turn lasts for more than one of the event loop: what comes while the rest is read belongs to it as well, else some would
 * just miss it and wait for half as long again as the others.
 */
export class Turn {
  readonly #readers: Due[] = [];
  readonly #writers: Due[] = [];
  #hasLetIn = false;
  #seen = 0;
  #delays = 0;

  /** Has it serve what has been read. */
  reads(due: Due): void {
    this.#add(this.#readers, due);
  }

  /** Has it write what has been gathered, when all has been served that was read in this turn. */
  writes(due: Due): void {
    this.#add(this.#writers, due);
  }

  /**
   * A connection was let in. Node lets in one with each turn, so those that come together to a busy gateway would have to wait for as
   * many turns: those behind it are let in first.
   */
  letIn(): void {
    this.#hasLetIn = true;
  }

  #add(list: Due[], due: Due): void {
    if (this.#readers.length === 0 && this.#writers.length === 0) setImmediate(this.#end);
    list.push(due);
  }

  readonly #end = (): void => {
    const count = this.#readers.length + this.#writers.length;
    const isWorthALook = this.#hasLetIn || count > this.#seen + FEW;
    if (isWorthALook && this.#delays < MOST_DELAYS) {
      this.#hasLetIn = false;
      this.#seen = count;
      this.#delays++;
      setImmediate(this.#end);
      return;
    }
    this.#seen = 0;
    this.#delays = 0;
    // What comes in the meantime is done as well.
    for (const due of this.#readers) due.turnEnds();
    this.#readers.length = 0;
    for (const due of this.#writers) due.turnEnds();
    this.#writers.length = 0;
    if (this.#readers.length > 0) setImmediate(this.#end);
  };
}
