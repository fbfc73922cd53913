import type { Outcome, Permit } from './types.js';

/** Who counts what a permit was used for. */
export interface Settler {
  settle(permit: BreakerPermit, outcome: Outcome, durationMs?: number, retryAfterMs?: number): void;
}

const settled = -1;

/** The only thing that a call allocates. */
export class BreakerPermit implements Permit {
  readonly #settler: Settler;
  readonly acquiredAt: number;
  /** Of the state that it was given in; `-1` once it is settled. */
  generation: number;

  constructor(settler: Settler, generation: number, acquiredAt: number) {
    this.#settler = settler;
    this.generation = generation;
    this.acquiredAt = acquiredAt;
  }

  settle(outcome: Outcome, durationMs?: number, retryAfterMs?: number): void {
    if (this.generation === settled) return;
    this.#settler.settle(this, outcome, durationMs, retryAfterMs);
    this.generation = settled;
  }
}
