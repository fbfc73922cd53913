import type { Readable, Writable } from 'node:stream';

const NEWLINE = 10;

/**
 * Writes what several sources write to one place, whole lines at a time: writers of their own to the same pipe would cut into each
 * other's lines, since only short writes are atomic there. A source waits while the place takes no more.
 */
export class WholeLines {
  readonly #out: Writable;
  readonly #paused = new Set<Readable>();

  constructor(out: Writable) {
    this.#out = out;
    // When nobody reads any more, nobody waits either.
    out.on('drain', this.#resume).on('close', this.#resume);
  }

  readonly from = (source: Readable): void => {
    let rest: Buffer[] = [];
    source.on('data', (bytes: Buffer) => {
      const end = bytes.lastIndexOf(NEWLINE) + 1;
      if (end === 0) {
        rest.push(bytes);
        return;
      }
      this.#write(Buffer.concat([...rest, bytes.subarray(0, end)]), source);
      rest = end < bytes.length ? [bytes.subarray(end)] : [];
    });
    source.on('error', () => {});
    source.once('close', () => this.#paused.delete(source));
  };

  #write(lines: Buffer, source: Readable): void {
    if (this.#out.destroyed || this.#out.write(lines)) return;
    source.pause();
    this.#paused.add(source);
  }

  readonly #resume = (): void => {
    for (const source of [...this.#paused]) source.resume();
    this.#paused.clear();
  };
}
