import { watch } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, dirname, relative } from 'node:path';
import { watchTree } from './watch-tree.js';

export interface Watching extends Disposable {
  /** Reports at once what has changed so far. */
  flush(): void;
}

/**
 * Reports changed files in batches: `debounceMs` after the last change of a burst (an editor's save, a git
 * checkout), `maxWaitMs` after its first where it does not end.
 * A folder is watched with all below it; a file through its folder, because editors replace files.
 * Paths that do not exist are left out.
 */
export async function watchPaths(
  paths: readonly string[],
  onChange: (files: readonly string[]) => void,
  { debounceMs = 50, maxWaitMs = 500 } = {},
): Promise<Watching> {
  const watchers: Disposable[] = [];
  const batch = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  let latest = 0;
  const flush = () => {
    clearTimeout(timer);
    const files = [...batch];
    batch.clear();
    if (files.length > 0) onChange(files);
  };
  const changed = (file: string) => {
    if (batch.size === 0) latest = performance.now() + maxWaitMs;
    batch.add(file);
    clearTimeout(timer);
    timer = setTimeout(flush, Math.min(debounceMs, Math.max(0, latest - performance.now())));
  };
  for (const path of new Set(paths)) {
    const found = await stat(path).catch(() => undefined);
    if (!found) continue;
    watchers.push(found.isDirectory() ? watchFolder(path, changed) : watchFile(path, changed));
  }
  return {
    flush,
    [Symbol.dispose]: () => {
      clearTimeout(timer);
      for (const watcher of watchers) watcher[Symbol.dispose]();
    },
  };
}

/** What tools and the services themselves write: watching it would restart a service because it runs. */
const ignored =
  /(?:^|[\\/])(?:node_modules|\.git|dist|\.mscli|__pycache__)(?:[\\/]|$)|~$|\.sw[a-z]$|\.(?:log|pid|db|sqlite3?)(?:-wal|-shm|-journal)?$/;

/** What counts is the path below the watched folder: a workspace may itself lie in a folder called `dist`. */
function watchFolder(folder: string, changed: (file: string) => void): Disposable {
  const isIgnored = (path: string) => ignored.test(relative(folder, path));
  return watchTree(folder, { isIgnored, onChange: (file) => !isIgnored(file) && changed(file) });
}

function watchFile(file: string, changed: (file: string) => void): Disposable {
  const watcher = watch(dirname(file), (_event, name) => {
    if (name === basename(file)) changed(file);
  });
  watcher.on('error', () => watcher.close());
  return { [Symbol.dispose]: () => watcher.close() };
}
