import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { emptyDiscovery } from './freeze.js';
import { readDiscovery, toSnapshot } from './read-discovery.js';
import type { CorruptDiscovery, Discovery, DiscoveryFileOptions, DiscoveryView, DiscoveryWriter } from './types.js';
import { updateDiscovery } from './update-discovery.js';
import { watchFile } from './watch-file.js';

type Listener = (snapshot: Readonly<Discovery>) => void;

/**
 * A discovery file that is kept in memory and followed: `snapshot` is frozen and always the newest that was read, so that no
 * request reads a file.
 */
export class DiscoveryFile implements AsyncDisposable, DiscoveryView, DiscoveryWriter {
  /** The file. */
  readonly path: string;
  readonly #options: DiscoveryFileOptions;
  readonly #listeners = new Set<Listener>();
  readonly #watch: Disposable;
  #snapshot = toSnapshot(emptyDiscovery());
  #text = '';
  #updates: Promise<unknown> = Promise.resolve();
  #reading: Promise<void> | undefined;
  #readAgain = false;
  #applied = 0;
  #closed = false;
  readonly #onCorrupt: DiscoveryFileOptions['onCorrupt'];
  #reported = '';

  private constructor(path: string, options: DiscoveryFileOptions) {
    this.path = path;
    this.#options = { ...options, onCorrupt: (report) => this.#tellOnce(report) };
    this.#onCorrupt = options.onCorrupt;
    this.#watch = watchFile(path, {
      onChange: () => this.#refresh(),
      debounceMs: options.debounceMs ?? 10,
      pollMs: options.pollMs ?? 2000,
    });
  }

  /**
   * Reads a discovery file and follows it until it is closed. The folder is made where it is missing.
   *
   * @throws MscliError `DISCOVERY_VERSION` for a file of a newer mscli
   */
  static async open(path: string, options: DiscoveryFileOptions = {}): Promise<DiscoveryFile> {
    await mkdir(dirname(path), { recursive: true });
    // The watch starts before the reading, so that no change falls between the two.
    const file = new DiscoveryFile(path, options);
    try {
      await file.#read();
      return file;
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /** The newest content that was read; frozen at every depth. */
  get snapshot(): Readonly<Discovery> {
    return this.#snapshot;
  }

  /**
   * Changes the file, see {@link updateDiscovery}. Afterwards `snapshot` holds the change. Changes are made in the order of the calls.
   *
   * @param change - changes the draft; if it throws, the file stays as it is
   */
  update(change: (draft: Discovery) => void): Promise<Readonly<Discovery>> {
    const updated = this.#updates.then(async () => {
      const snapshot = await updateDiscovery(this.path, change, this.#options);
      // The watch may have seen this change already, and a later one.
      if (snapshot.revision > this.#snapshot.revision) this.#apply(snapshot);
      else await this.#refresh();
      return this.#snapshot;
    });
    this.#updates = updated.catch(() => {});
    return updated;
  }

  /** Calls a listener now and at each change, until it is disposed of. */
  subscribe(listener: Listener): Disposable {
    const own: Listener = (snapshot) => listener(snapshot);
    this.#listeners.add(own);
    own(this.#snapshot);
    return { [Symbol.dispose]: () => void this.#listeners.delete(own) };
  }

  /** Stops following. Waits for the updates that were asked for. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#watch[Symbol.dispose]();
    await this.#updates;
    await this.#reading;
    this.#listeners.clear();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #refresh(): Promise<void> {
    this.#readAgain = true;
    this.#reading ??= this.#readWhileAsked().finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  async #readWhileAsked(): Promise<void> {
    while (this.#readAgain && !this.#closed) {
      this.#readAgain = false;
      try {
        if ((await this.#read()) === 'overtaken') this.#readAgain = true;
      } catch (error) {
        this.#options.onError?.(error);
      }
    }
  }

  async #read(): Promise<'applied' | 'overtaken'> {
    const applied = this.#applied;
    const snapshot = await readDiscovery(this.path, this.#options);
    // What was applied meanwhile, such as an own update, may be newer than what was read.
    if (applied !== this.#applied) return 'overtaken';
    this.#apply(snapshot);
    return 'applied';
  }

  #apply(snapshot: Readonly<Discovery>): void {
    this.#applied += 1;
    const text = JSON.stringify(snapshot);
    if (text === this.#text) return;
    this.#text = text;
    this.#snapshot = snapshot;
    for (const listener of [...this.#listeners]) this.#tell(listener, snapshot);
  }

  /** A record that makes no sense stays in the file until the next write, and would be reported at each reading. */
  #tellOnce(report: CorruptDiscovery): void {
    const faults = report.faults.join('\n');
    if (report.movedTo === undefined && faults === this.#reported) return;
    this.#reported = faults;
    this.#onCorrupt?.(report);
  }

  #tell(listener: Listener, snapshot: Readonly<Discovery>): void {
    try {
      listener(snapshot);
    } catch (error) {
      this.#options.onError?.(error);
    }
  }
}
