import { type FileHandle, open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../log.js';
import { Batch } from './batch.js';
import { type FreshFile, type Rewrite, startRewrite, writeAll } from './rewrite.js';

/** Smaller journals are not worth rewriting. */
const COMPACT_FROM_BYTES = 8 * 1024 * 1024;
/** After a failed write, the time until the next attempt. */
const RETRY_MS = 1_000;

export interface LogWriterOptions {
  path: string;
  file: FileHandle;
  /** Where the next record goes. */
  size: number;
  log: Log;
  /** Bytes of records that are still needed. */
  live(): number;
  /** All that is durable now, as the bytes of a new journal. */
  snapshot(): Iterable<Buffer>;
}

type State =
  | { kind: 'writing' }
  /** Being rewritten: what is appended meanwhile is kept for the new file too. */
  | { kind: 'compacting'; tail: Buffer[]; rewrite: Rewrite }
  /** A write failed: the file no longer tells the truth, only a fresh one will. */
  | { kind: 'broken' };

/**
 * Writes batches to the append-only log: records are gathered while the previous batch is being written, then written and synced together.
 * A batch that somebody waits for is synced; acknowledgements and deliveries alone are written without.
 */
export class LogWriter {
  private readonly options: LogWriterOptions;
  private file: FileHandle;
  private position: number;
  private compactAt: number;
  private state: State = { kind: 'writing' };
  private batch = new Batch();
  private spare = new Batch();
  private running: Promise<void> | undefined;
  private closing = false;

  constructor(options: LogWriterOptions) {
    this.options = options;
    this.file = options.file;
    this.position = options.size;
    this.compactAt = Math.max(COMPACT_FROM_BYTES, options.live() * 2);
  }

  /** Bytes of the file. */
  get size(): number {
    return this.position;
  }

  /** Bytes gathered and not written. */
  get gathered(): number {
    return this.batch.records.length;
  }

  /** The batch to add to; what is added in this turn of the event loop is written together. */
  append(): Batch {
    if (this.running === undefined && !this.closing) {
      this.running = new Promise((resolve) => {
        setImmediate(() => this.run().then(resolve));
      });
    }
    return this.batch;
  }

  /** Writes what is gathered and closes the file. */
  async close(): Promise<void> {
    this.closing = true;
    await this.running;
    if (!this.batch.empty) await this.run();
    if (this.state.kind === 'broken') await this.rebuild();
    await this.abandonCompaction();
    await this.file.datasync().catch(() => {});
    await this.file.close();
  }

  private async run(): Promise<void> {
    while (!this.batch.empty || this.finishable()) {
      if (this.state.kind === 'broken') await this.rebuild();
      else if (this.finishable()) await this.finishCompaction();
      else await this.writeBatch();
    }
    this.running = undefined;
  }

  private worthCompacting(): boolean {
    return this.position > this.compactAt && this.options.live() < this.position / 2 && !this.closing;
  }

  private cut(): Batch {
    const batch = this.batch;
    this.batch = this.spare;
    this.spare = batch;
    batch.seal();
    return batch;
  }

  private async writeBatch(): Promise<void> {
    const compact = this.state.kind === 'writing' && this.worthCompacting();
    const batch = this.cut();
    const bytes = batch.records.bytes();
    // Gathered in the same turn as the cut: the snapshot holds all that was cut, the tail all that follows.
    if (compact) this.compact();
    else if (this.state.kind === 'compacting') this.state.tail.push(Buffer.from(bytes));
    let ok = true;
    try {
      await writeAll(this.file, bytes, this.position);
      if (batch.needsSync) await this.file.datasync();
      this.position += bytes.length;
    } catch (error) {
      ok = false;
      await this.fail(error);
    }
    batch.finish(ok);
  }

  /** Writes the snapshot beside the journal while it goes on; the run loop puts it in place. */
  private compact(): void {
    const rewrite = startRewrite(this.newPath, this.options.snapshot(), () => this.append());
    this.state = { kind: 'compacting', tail: [], rewrite };
  }

  private finishable(): boolean {
    return this.state.kind === 'compacting' && this.state.rewrite.done;
  }

  private async finishCompaction(): Promise<void> {
    if (this.state.kind !== 'compacting') return;
    const { rewrite, tail } = this.state;
    try {
      const file = await rewrite.result;
      for (const part of tail) await file.append(part);
      await this.replaceBy(file);
    } catch (error) {
      await this.abandonCompaction(error);
    }
  }

  private async replaceBy(fresh: FreshFile): Promise<void> {
    await fresh.file.datasync();
    await rename(fresh.path, this.options.path);
    const old = this.file;
    this.options.log({ level: 'info', message: 'journal compacted', before: this.position, after: fresh.size });
    this.file = fresh.file;
    this.position = fresh.size;
    this.compactAt = Math.max(COMPACT_FROM_BYTES, this.options.live() * 2);
    this.state = { kind: 'writing' };
    await old.close().catch(() => {});
    // From the rename on the new file is the journal, whether or not its folder could be synced.
    await syncFolder(dirname(this.options.path)).catch((error) => {
      this.options.log({ level: 'warn', message: 'the folder of the journal cannot be synced', error: String(error) });
    });
  }

  private async abandonCompaction(error?: unknown): Promise<void> {
    if (this.state.kind !== 'compacting') return;
    const { rewrite } = this.state;
    this.state = { kind: 'writing' };
    this.compactAt = this.position * 2;
    await rewrite.cancel();
    if (error !== undefined)
      this.options.log({ level: 'warn', message: 'journal not compacted', error: String(error) });
  }

  private async fail(error: unknown): Promise<void> {
    this.options.log({
      level: 'error',
      message: 'the journal cannot be written: publishes are refused',
      error: String(error),
    });
    await this.abandonCompaction();
    this.state = { kind: 'broken' };
  }

  /** Writes everything anew, since the file misses what failed to be written; until that succeeds publishes are refused. */
  private async rebuild(): Promise<void> {
    const batch = this.cut();
    const rewrite = startRewrite(this.newPath, this.options.snapshot());
    let ok = false;
    try {
      await this.replaceBy(await rewrite.result);
      ok = true;
      this.options.log({ level: 'info', message: 'the journal can be written again' });
    } catch {
      await rewrite.cancel();
    }
    batch.finish(ok);
    if (!ok && !this.closing) await sleep(RETRY_MS);
  }

  private get newPath(): string {
    return `${this.options.path}.new`;
  }
}

/** A rename is only safe once its folder is synced. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
