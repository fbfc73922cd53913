import { type FileHandle, mkdir, open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';

/** The raw output of one process, bounded: at `maxBytes` the file becomes `<path>.1`, which replaces the one before. */
export class LogFile implements AsyncDisposable {
  readonly #path: string;
  readonly #maxBytes: number;
  #pending: string[] = [];
  #pump: Promise<void> | undefined;
  #file: FileHandle | undefined;
  #size = 0;

  constructor(path: string, { maxBytes = 5 * 1024 * 1024 } = {}) {
    this.#path = path;
    this.#maxBytes = maxBytes;
  }

  append(line: string): void {
    this.#pending.push(`${line}\n`);
    this.#pump ??= this.#drain().finally(() => {
      this.#pump = undefined;
    });
  }

  /** Resolves when all that was appended is in the file. */
  async close(): Promise<void> {
    await this.#pump;
    await this.#file?.close();
    this.#file = undefined;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #drain(): Promise<void> {
    // A full disk must not stop the processes: what cannot be kept is still shown.
    await this.#write().catch(() => {
      this.#pending = [];
    });
  }

  async #write(): Promise<void> {
    while (this.#pending.length > 0) {
      const text = this.#pending.join('');
      this.#pending = [];
      const file = await this.#open();
      await file.appendFile(text);
      this.#size += Buffer.byteLength(text);
      if (this.#size >= this.#maxBytes) await this.#rotate();
    }
  }

  async #open(): Promise<FileHandle> {
    if (this.#file) return this.#file;
    await mkdir(dirname(this.#path), { recursive: true });
    this.#file = await open(this.#path, 'a', 0o600);
    this.#size = (await this.#file.stat()).size;
    return this.#file;
  }

  async #rotate(): Promise<void> {
    await this.#file?.close();
    this.#file = undefined;
    await rename(this.#path, `${this.#path}.1`);
  }
}
