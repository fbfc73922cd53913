import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { recordPath } from '../control/supervisor-record.js';
import { CONFIG_FILE, type Workspace } from '../workspace/index.js';

export interface RemovalOptions {
  /** How often to look, in milliseconds. */
  pauseMs?: number;
  /** How many looks in a row must miss it: a checkout or an editor may take mscli.yaml away for a moment. */
  looks?: number;
}

/** Tells once when the workspace, or what keeps its state, was removed below a running supervisor. */
export function watchRemoval(
  { root, stateFolder }: Pick<Workspace, 'root' | 'stateFolder'>,
  onRemoved: (path: string) => unknown,
  { pauseMs = 1_000, looks = 4 }: RemovalOptions = {},
): Disposable {
  const abort = new AbortController();
  const paths = [root, join(root, CONFIG_FILE), stateFolder, recordPath(stateFolder)];
  const watch = async () => {
    for (let missed = 0; !abort.signal.aborted; ) {
      await sleep(pauseMs, undefined, { signal: abort.signal, ref: false }).catch(() => {});
      if (abort.signal.aborted) return;
      const gone = paths.find((path) => !existsSync(path));
      missed = gone === undefined ? 0 : missed + 1;
      if (gone !== undefined && missed >= looks) return void onRemoved(gone);
    }
  };
  void watch();
  return { [Symbol.dispose]: () => abort.abort() };
}
