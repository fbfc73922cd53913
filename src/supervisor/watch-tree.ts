import { type FSWatcher, readdirSync, statSync, watch } from 'node:fs';
import { join } from 'node:path';

export interface WatchTreeOptions {
  onChange: (file: string) => void;
  /** Folders that are not looked into. */
  isIgnored: (path: string) => boolean;
  platform?: NodeJS.Platform;
}

/**
 * Watches a folder and all below it. macOS and Windows do that themselves; on Linux, where Node 20's own recursion misses
 * files that are replaced twice and files in new folders, each folder has its own inotify watch.
 */
export function watchTree(root: string, options: WatchTreeOptions): Disposable {
  const { onChange, platform = process.platform } = options;
  if (platform !== 'linux') {
    const watcher = watch(root, { recursive: true }, (_event, name) =>
      onChange(name === null ? root : join(root, name)),
    );
    // A watched folder that is removed is no reason to end.
    watcher.on('error', () => watcher.close());
    return { [Symbol.dispose]: () => watcher.close() };
  }
  const folders = new FolderWatches(options);
  folders.add(root);
  return folders;
}

class FolderWatches implements Disposable {
  readonly #options: WatchTreeOptions;
  readonly #watchers = new Map<string, FSWatcher>();

  constructor(options: WatchTreeOptions) {
    this.#options = options;
  }

  /** Returns the files that are in the folder already. */
  add(folder: string): string[] {
    if (this.#watchers.has(folder) || this.#options.isIgnored(folder)) return [];
    try {
      const watcher = watch(folder, (event, name) => this.#changed(folder, name, event === 'rename'));
      watcher.on('error', () => this.#remove(folder));
      this.#watchers.set(folder, watcher);
      // After the watch, so that what appears meanwhile is seen at least once.
      return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
        const path = join(folder, entry.name);
        return entry.isDirectory() ? this.add(path) : [path];
      });
    } catch {
      // It was removed again.
      this.#remove(folder);
      return [];
    }
  }

  [Symbol.dispose](): void {
    for (const watcher of this.#watchers.values()) watcher.close();
    this.#watchers.clear();
  }

  #changed(folder: string, name: string | null, isOther: boolean): void {
    const path = name === null ? folder : join(folder, name);
    const found = statSync(path, { throwIfNoEntry: false });
    // A folder that was removed and made again has the name of the one that is watched, but is another.
    if (!found || isOther) this.#remove(path);
    if (found?.isDirectory()) for (const file of this.add(path)) this.#options.onChange(file);
    else this.#options.onChange(path);
  }

  #remove(folder: string): void {
    for (const [path, watcher] of this.#watchers) {
      if (path !== folder && !path.startsWith(`${folder}/`)) continue;
      watcher.close();
      this.#watchers.delete(path);
    }
  }
}
