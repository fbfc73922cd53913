import { type FSWatcher, type Stats, statSync, watch } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';

/** How to watch, and whom to tell. */
export interface WatchOptions {
  /** Called after changes, once for several close ones. */
  onChange: () => void;
  /** How long to gather changes, in milliseconds. */
  debounceMs: number;
  /** How often to look without being told, in milliseconds. */
  pollMs: number;
}

/**
 * Watches a file through its folder, so that a replacement by rename is seen, and looks at it now and then, because a
 * watch can miss events, run out (inotify's limits) or lose its folder. Keeps no process alive.
 */
export function watchFile(path: string, { onChange, debounceMs, pollMs }: WatchOptions): Disposable {
  const folder = dirname(path);
  let watcher: FSWatcher | undefined;
  let watched: number | undefined;
  let gathering: NodeJS.Timeout | undefined;
  let seen = fingerprint(statOf(path));

  const changed = () => {
    // Not restarted by further changes, so that a steady stream of them cannot put it off for ever.
    gathering ??= setTimeout(() => {
      gathering = undefined;
      onChange();
    }, debounceMs).unref();
  };
  const unwatch = () => {
    watcher?.close();
    watcher = undefined;
  };
  const rewatch = () => {
    unwatch();
    watched = statOf(folder)?.ino;
    try {
      watcher = watch(folder, { persistent: false }, (_, name) => {
        if (name === null || name === basename(path)) changed();
      });
      watcher.on('error', unwatch);
    } catch {
      watcher = undefined;
    }
  };
  const poll = async () => {
    const [file, directory] = await Promise.all([stat(path).catch(nothing), stat(folder).catch(nothing)]);
    if (stopped) return;
    if (watcher === undefined || directory?.ino !== watched) rewatch();
    const now = fingerprint(file);
    if (now !== seen) changed();
    seen = now;
  };

  let stopped = false;
  rewatch();
  const polling = setInterval(poll, pollMs).unref();
  return {
    [Symbol.dispose]() {
      stopped = true;
      clearInterval(polling);
      clearTimeout(gathering);
      unwatch();
    },
  };
}

/** Undefined also for what cannot be looked at just now, such as a link that leads to itself. */
function statOf(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}

function fingerprint(file: Stats | undefined): string {
  return file === undefined ? '' : `${file.ino} ${file.size} ${file.mtimeMs}`;
}

function nothing(): undefined {
  return undefined;
}
