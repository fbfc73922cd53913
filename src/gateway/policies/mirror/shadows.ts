import type { Room } from '../limits/growing-body.js';

export interface ShadowRule {
  /** Who gets the copies. */
  readonly service: string;
  /** At once. */
  readonly most: number;
  readonly maxBodyBytes: number;
  /** For one of them. */
  readonly timeoutMs: number;
}

/** The copies of a route's requests that are under way: their number is bounded, and so is what they hold. */
export class Shadows implements Room {
  #running = 0;
  #bytes = 0;

  constructor(readonly rule: ShadowRule) {}

  get running(): number {
    return this.#running;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Each true needs a {@link leave}. */
  enter(): boolean {
    if (this.#running >= this.rule.most) return false;
    this.#running += 1;
    return true;
  }

  leave(): void {
    this.#running -= 1;
  }

  reserve(bytes: number): boolean {
    if (this.#bytes + bytes > this.rule.most * this.rule.maxBodyBytes) return false;
    this.#bytes += bytes;
    return true;
  }

  free(bytes: number): void {
    this.#bytes -= bytes;
  }
}
