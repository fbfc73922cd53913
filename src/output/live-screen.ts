import { printable } from '../text/printable.js';
import { width } from '../text/table.js';

export interface LiveScreenOptions {
  stdout?: Pick<NodeJS.WriteStream, 'write' | 'columns' | 'rows' | 'on' | 'off'>;
  /** How often it is redrawn at most, in milliseconds. */
  frameMs?: number;
}

/** Makes the status lines for a terminal's width; they must not be wider. */
export type StatusLines = (columns: number) => readonly string[];

/**
 * A stream of lines with a few status lines that stay below it. Everything that happens within one frame is one write,
 * and a frame that changes nothing writes nothing, so that it does not flicker.
 */
export class LiveScreen implements Disposable {
  readonly #stdout: NonNullable<LiveScreenOptions['stdout']>;
  readonly #frameMs: number;
  #pending: string[] = [];
  #status: StatusLines = () => [];
  #drawn: readonly string[] = [];
  #timer: NodeJS.Timeout | undefined;
  readonly #onResize = () => this.#schedule();

  constructor({ stdout = process.stdout, frameMs = 33 }: LiveScreenOptions = {}) {
    this.#stdout = stdout;
    this.#frameMs = frameMs;
    stdout.on('resize', this.#onResize);
  }

  get #columns(): number {
    return this.#stdout.columns || 80;
  }

  /** Adds to the stream above the status lines. */
  print(text: string): void {
    const safe = printable(text);
    this.#pending.push(safe.endsWith('\n') ? safe : `${safe}\n`);
    this.#schedule();
  }

  /** Replaces the status lines. */
  status(lines: StatusLines): void {
    this.#status = lines;
    this.#schedule();
  }

  /** Takes the status lines away and leaves the stream. */
  [Symbol.dispose](): void {
    this.#stdout.off('resize', this.#onResize);
    this.#status = () => [];
    this.#draw();
  }

  #schedule(): void {
    this.#timer ??= setTimeout(() => this.#draw(), this.#frameMs);
  }

  #draw(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    // What scrolls out of the window cannot be taken back.
    const status = this.#status(this.#columns).slice(0, Math.max(1, (this.#stdout.rows || 24) - 2));
    const same = status.length === this.#drawn.length && status.every((line, i) => line === this.#drawn[i]);
    if (this.#pending.length === 0 && same) return;
    const stream = this.#pending.join('');
    const below = status.map((line) => `${line}\n`).join('');
    // A terminal that knows synchronised output (mode 2026) shows the frame at once; others ignore it.
    this.#stdout.write(`\u001b[?2026h${this.#erase()}${stream}${below}\u001b[?2026l`);
    this.#pending = [];
    this.#drawn = status;
  }

  /** A terminal that became narrower has wrapped the lines that were drawn. */
  #erase(): string {
    const rows = this.#drawn.reduce((sum, line) => sum + Math.max(1, Math.ceil(width(line) / this.#columns)), 0);
    return rows === 0 ? '' : `\u001b[${rows}A\r\u001b[0J`;
  }
}
