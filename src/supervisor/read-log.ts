import { type FileHandle, open, readFile, stat } from 'node:fs/promises';
import { StringDecoder } from 'node:string_decoder';
import { setTimeout as sleep } from 'node:timers/promises';

/** The last lines of a log, reaching back into the rotated file where the current one is too short. */
export async function lastLines(path: string, count: number): Promise<string[]> {
  return (await readEnd(path, count)).lines;
}

/** A log that is read on where its last lines ended. */
export interface FollowedLog extends AsyncDisposable {
  readonly lines: readonly string[];
  /** Every further line as it comes, across rotations, until the signal aborts. */
  further(options: { signal: AbortSignal; pollMs?: number }): AsyncGenerator<string>;
}

/** Reads the last `count` lines and remembers where they end. A file that does not exist yet is waited for. */
export async function openLog(path: string, count: number): Promise<FollowedLog> {
  const tail = new Tail(path);
  await tail.open();
  const { lines, position } = await readEnd(path, count);
  tail.seek(position);
  return { lines, further: (options) => readOn(tail, options), [Symbol.asyncDispose]: () => tail.close() };
}

/** The last `count` lines, then every further line as it comes, across rotations, until the signal aborts. */
export async function* followLog(
  path: string,
  { count, ...options }: { count: number; signal: AbortSignal; pollMs?: number },
): AsyncGenerator<string> {
  await using log = await openLog(path, count);
  yield* log.lines;
  yield* log.further(options);
}

async function* readOn(
  tail: Tail,
  { signal, pollMs = 100 }: { signal: AbortSignal; pollMs?: number },
): AsyncGenerator<string> {
  while (!signal.aborted) {
    yield* await tail.newLines();
    if (await tail.wasReplaced()) {
      yield* await tail.newLines();
      await tail.reopen();
      continue;
    }
    await sleep(pollMs, undefined, { signal }).catch(() => {});
  }
}

/** The last whole lines, and the position in the current file at which the next one begins. */
async function readEnd(path: string, count: number): Promise<{ lines: string[]; position: number }> {
  const current = await readOrEmpty(path);
  const position = current.lastIndexOf('\n') + 1;
  const lines = linesOf(current.subarray(0, position));
  const before = lines.length < count ? linesOf(await readOrEmpty(`${path}.1`)) : [];
  return { lines: count === 0 ? [] : [...before, ...lines].slice(-count), position };
}

function linesOf(content: Buffer): string[] {
  const lines = content.toString('utf8').split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

function readOrEmpty(path: string): Promise<Buffer> {
  return readFile(path).catch(() => Buffer.alloc(0));
}

/** Reads on in an open file, so that what was written before a rotation is not missed. */
class Tail {
  readonly #path: string;
  readonly #buffer = Buffer.alloc(64 * 1024);
  #decoder = new StringDecoder('utf8');
  #file: FileHandle | undefined;
  #inode = 0;
  #position = 0;
  #partial = '';

  constructor(path: string) {
    this.#path = path;
  }

  async open(): Promise<void> {
    this.#file = await open(this.#path, 'r').catch(() => undefined);
    this.#inode = (await this.#file?.stat())?.ino ?? 0;
  }

  seek(position: number): void {
    this.#position = position;
  }

  async newLines(): Promise<string[]> {
    const lines: string[] = [];
    for (;;) {
      const read = await this.#file?.read(this.#buffer, 0, this.#buffer.length, this.#position);
      if (!read?.bytesRead) return lines;
      this.#position += read.bytesRead;
      const parts = (this.#partial + this.#decoder.write(this.#buffer.subarray(0, read.bytesRead))).split('\n');
      this.#partial = parts.pop() ?? '';
      lines.push(...parts);
    }
  }

  /** Also when the file came into being, or was emptied by somebody. */
  async wasReplaced(): Promise<boolean> {
    const now = await stat(this.#path).catch(() => undefined);
    return now !== undefined && (now.ino !== this.#inode || now.size < this.#position);
  }

  async reopen(): Promise<void> {
    await this.close();
    this.#position = 0;
    this.#partial = '';
    this.#decoder = new StringDecoder('utf8');
    await this.open();
  }

  async close(): Promise<void> {
    await this.#file?.close();
    this.#file = undefined;
  }
}
