import type { FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../log.js';
import type { Message } from '../message.js';
import { Batch, type Placement } from './batch.js';
import type { Files } from './files.js';
import { syncFolder } from './folders.js';
import type { JournalPages } from './journal-pages.js';
import type { Pager } from './pager.js';
import { copyRange, type FreshFile, type Rewrite, startRewrite, writeAll } from './rewrite.js';
import type { Snapshot } from './snapshot.js';

const COMPACT_FROM_BYTES = 8 * 1024 * 1024;
/** After a failed write, the time until the next attempt. */
const RETRY_MS = 500;

export interface LogWriterOptions {
  path: string;
  file: FileHandle;
  files: Files;
  /** Where the next record goes. */
  size: number;
  log: Log;
  pages: JournalPages;
  pager: Pager;
  /** Bytes of records that are still needed. */
  live(): number;
  /** All that is durable now. */
  snapshot(): Snapshot;
  /** Smaller journals are not worth rewriting; by default 8 MiB. */
  compactFromBytes?: number;
}

type State =
  | { kind: 'writing' }
  /** Being rewritten: what the file gets from `from` on is copied to the new one at the end. */
  | { kind: 'compacting'; from: number; snapshot: Snapshot; rewrite: Rewrite; added: Message[] }
  /** A write failed, on a full disk for instance: what it should have written is tried again. */
  | { kind: 'stuck'; bytes: Buffer; placements: readonly Placement[] }
  /** A sync failed: nobody knows what the file holds, only a fresh one will do. */
  | { kind: 'distrusted' };

/**
 * Writes batches to the append-only log: records are gathered while the previous batch is being written, then written and synced together.
 * A batch that somebody waits for is synced; acknowledgements and deliveries alone are written without.
 */
export class LogWriter {
  private readonly options: LogWriterOptions;
  private file: FileHandle;
  private position: number;
  private readonly compactFrom: number;
  private compactAt: number;
  private state: State = { kind: 'writing' };
  private batch = new Batch();
  private spare = new Batch();
  private running: Promise<void> | undefined;
  private readonly closing = new AbortController();

  constructor(options: LogWriterOptions) {
    this.options = options;
    this.file = options.file;
    this.position = options.size;
    this.compactFrom = options.compactFromBytes ?? COMPACT_FROM_BYTES;
    this.compactAt = Math.max(this.compactFrom, options.live() * 2);
    options.pages.use(this.file.fd, this.position);
  }

  /** Bytes of the file. */
  get size(): number {
    return this.position;
  }

  /** Bytes gathered and not written. */
  get gathered(): number {
    return this.batch.records.length + (this.state.kind === 'stuck' ? this.state.bytes.length : 0);
  }

  /** Whether the disk refused the last that was written to it. */
  get failing(): boolean {
    return this.state.kind === 'stuck' || this.state.kind === 'distrusted';
  }

  /** The batch to add to; what is added in this turn of the event loop is written together. */
  append(): Batch {
    if (this.running === undefined && !this.closing.signal.aborted) {
      this.running = new Promise((resolve) => {
        setImmediate(() => this.run().then(resolve));
      });
    }
    return this.batch;
  }

  /** Writes what is gathered and closes the file. */
  async close(): Promise<void> {
    this.closing.abort();
    await this.running;
    if (this.state.kind === 'distrusted') await this.rebuild();
    else if (!this.batch.empty || this.state.kind === 'stuck') await this.writeBatch();
    await this.abandonCompaction();
    await this.file.datasync().catch(() => {});
    await this.file.close();
  }

  private async run(): Promise<void> {
    while (!this.batch.empty || this.finishable() || (this.failing && !this.closing.signal.aborted)) {
      if (this.failing) await sleep(RETRY_MS, undefined, { signal: this.closing.signal }).catch(() => {});
      if (this.state.kind === 'distrusted') await this.rebuild();
      else if (this.finishable()) await this.finishCompaction();
      else await this.writeBatch();
    }
    this.running = undefined;
  }

  private worthCompacting(): boolean {
    return (
      this.state.kind === 'writing' &&
      this.position > this.compactAt &&
      this.options.live() < this.position / 2 &&
      !this.closing.signal.aborted
    );
  }

  private cut(): Batch {
    const batch = this.batch;
    this.batch = this.spare;
    this.spare = batch;
    batch.seal();
    return batch;
  }

  private async writeBatch(): Promise<void> {
    const before = this.state;
    const compact = this.worthCompacting();
    const batch = this.cut();
    const { bytes, placements } = before.kind === 'stuck' ? joined(before, batch) : sealed(batch);
    // In the same turn as the cut: the snapshot holds all that was cut, what follows is written behind it.
    if (compact) this.compact(this.position + bytes.length);
    const fault = await this.put(bytes, batch.needsSync);
    if (fault === undefined) {
      this.written(bytes, placements);
      if (before.kind === 'compacting') for (const { message } of placements) before.added.push(message);
      if (before.kind === 'stuck') this.recovered();
    } else {
      await this.fail(fault, bytes, placements);
    }
    batch.finish(fault === undefined);
  }

  private async put(bytes: Buffer, sync: boolean): Promise<{ during: 'write' | 'sync'; error: unknown } | undefined> {
    try {
      await writeAll(this.file, bytes, this.position);
    } catch (error) {
      return { during: 'write', error };
    }
    try {
      if (sync) await this.file.datasync();
    } catch (error) {
      return { during: 'sync', error };
    }
    return undefined;
  }

  private written(bytes: Buffer, placements: readonly Placement[]): void {
    const { pages, pager } = this.options;
    const base = this.position;
    this.position += bytes.length;
    pages.end = this.position;
    for (const { message, offset } of placements) {
      pager.written(message, pages, base + offset);
    }
  }

  private async fail(
    { during, error }: { during: 'write' | 'sync'; error: unknown },
    bytes: Buffer,
    placements: readonly Placement[],
  ): Promise<void> {
    if (!this.failing) {
      const message = 'the journal cannot be written: publishes are refused';
      this.options.log({ level: 'error', message, error: String(error) });
    }
    await this.abandonCompaction();
    // A kernel may forget what it could not sync and then report success: such a file is never trusted again.
    this.state = during === 'sync' ? { kind: 'distrusted' } : { kind: 'stuck', bytes: Buffer.from(bytes), placements };
  }

  private recovered(): void {
    this.state = { kind: 'writing' };
    this.options.log({ level: 'info', message: 'the journal can be written again' });
  }

  /** Writes the snapshot beside the journal while it goes on; the run loop puts it in place. */
  private compact(from: number): void {
    const snapshot = this.options.snapshot();
    const rewrite = startRewrite(this.options.files, this.newPath, snapshot.chunks, () => this.append());
    this.state = { kind: 'compacting', from, snapshot, rewrite, added: [] };
  }

  private finishable(): boolean {
    return this.state.kind === 'compacting' && this.state.rewrite.done;
  }

  private async finishCompaction(): Promise<void> {
    if (this.state.kind !== 'compacting') return;
    const { rewrite, snapshot, from, added } = this.state;
    try {
      const fresh = await rewrite.result;
      const moved = fresh.size - from;
      await copyRange(this.file, from, this.position, fresh);
      await this.replaceBy(fresh, () => {
        snapshot.moved();
        for (const message of added) if (message.journalled) message.shift(moved);
      });
    } catch (error) {
      await this.abandonCompaction(error);
    }
  }

  /**
   * `onReplaced` tells the messages where they are now, in the moment in which the files change. From the rename on the new file
   * is the journal; but a folder that cannot be synced may bring back the old one, so nothing is confirmed before it can.
   */
  private async replaceBy(fresh: FreshFile, onReplaced: () => void): Promise<void> {
    const { files, path, log } = this.options;
    await fresh.file.datasync();
    await files.rename(fresh.path, path);
    const unsynced = await syncFolder(files, dirname(path)).then(
      () => undefined,
      (error: unknown) => ({ error }),
    );
    if (unsynced !== undefined) {
      const message = 'the folder of the journal cannot be synced: publishes are refused';
      log({ level: 'error', message, error: String(unsynced.error) });
    }
    const old = this.file;
    log({ level: 'info', message: 'journal compacted', before: this.position, after: fresh.size });
    this.file = fresh.file;
    this.position = fresh.size;
    this.compactAt = Math.max(this.compactFrom, this.options.live() * 2);
    this.state = unsynced === undefined ? { kind: 'writing' } : { kind: 'distrusted' };
    this.options.pages.use(this.file.fd, this.position);
    onReplaced();
    void old.close().catch(() => {});
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

  /** Writes everything anew; until that succeeds publishes are refused. */
  private async rebuild(): Promise<void> {
    const batch = this.cut();
    const snapshot = this.options.snapshot();
    const rewrite = startRewrite(this.options.files, this.newPath, snapshot.chunks);
    let ok = false;
    try {
      await this.replaceBy(await rewrite.result, () => snapshot.moved());
      ok = !this.failing;
      if (ok) this.recovered();
    } catch {
      await rewrite.cancel();
    }
    batch.finish(ok);
  }

  private get newPath(): string {
    return `${this.options.path}.new`;
  }
}

function sealed(batch: Batch): { bytes: Buffer; placements: readonly Placement[] } {
  return { bytes: batch.records.bytes(), placements: batch.placements };
}

/** What could not be written before, then the batch. */
function joined(
  held: { bytes: Buffer; placements: readonly Placement[] },
  batch: Batch,
): { bytes: Buffer; placements: readonly Placement[] } {
  const behind = batch.placements.map(({ message, offset }) => ({ message, offset: offset + held.bytes.length }));
  return {
    bytes: Buffer.concat([held.bytes, batch.records.bytes()]),
    placements: [...held.placements, ...behind],
  };
}
