import { type FSWatcher, watch } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/**
 * Reports changed files in batches: `debounceMs` after the last change of a burst (an editor's save, a git checkout).
 * A folder is watched with all below it; a file through its folder, because editors replace files.
 * Paths that do not exist are left out.
 */
export async function watchPaths(
  paths: readonly string[],
  onChange: (files: readonly string[]) => void,
  { debounceMs = 50 } = {},
): Promise<Disposable> {
  const watchers: FSWatcher[] = [];
  const batch = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  const changed = (file: string) => {
    if (ignored.test(file)) return;
    batch.add(file);
    clearTimeout(timer);
    timer = setTimeout(() => {
      const files = [...batch];
      batch.clear();
      onChange(files);
    }, debounceMs);
  };
  for (const path of new Set(paths)) {
    const found = await stat(path).catch(() => undefined);
    if (!found) continue;
    const watcher = found.isDirectory() ? watchFolder(path, changed) : watchFile(path, changed);
    // A watched folder that is removed is no reason to end.
    watcher.on('error', () => watcher.close());
    watchers.push(watcher);
  }
  return {
    [Symbol.dispose]: () => {
      clearTimeout(timer);
      for (const watcher of watchers) watcher.close();
    },
  };
}

/** What tools and the services themselves write: watching it would restart a service because it runs. */
const ignored =
  /(?:^|[\\/])(?:node_modules|\.git|dist|\.mscli|__pycache__)(?:[\\/]|$)|~$|\.sw[a-z]$|\.(?:log|pid|db|sqlite3?)(?:-wal|-shm|-journal)?$/;

function watchFolder(folder: string, changed: (file: string) => void): FSWatcher {
  return watch(folder, { recursive: true }, (_event, name) => changed(name === null ? folder : join(folder, name)));
}

function watchFile(file: string, changed: (file: string) => void): FSWatcher {
  return watch(dirname(file), (_event, name) => {
    if (name === basename(file)) changed(file);
  });
}
