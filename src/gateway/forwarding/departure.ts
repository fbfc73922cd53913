/**
 * Whether the client has gone, for the one part of the serving that waits at the moment. An AbortSignal would tell it too,
 * at the price of all header passes together.
 */
export class Departure {
  #hasHappened = false;
  #tell: (() => void) | undefined;

  happen(): void {
    this.#hasHappened = true;
    this.#tell?.();
  }

  /** Tells of it when it happens, or at once when it has happened; in place of whom it was to tell before. */
  tell(whom: () => void): void {
    this.#tell = whom;
    if (this.#hasHappened) whom();
  }

  forget(): void {
    this.#tell = undefined;
  }
}
