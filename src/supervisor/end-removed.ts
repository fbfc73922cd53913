import { existsSync } from 'node:fs';
import { rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { recordPath } from '../control/supervisor-record.js';
import type { Workspace } from '../workspace/index.js';

interface Removed {
  workspace: Pick<Workspace, 'root' | 'stateFolder'>;
  /** What is gone. */
  path: string;
  running: { stop(): Promise<void> };
  onNote: (text: string) => void;
}

/** Ends what runs in a workspace that was removed. The last words of its services must not bring its folder back. */
export async function endRemoved({ workspace, path, running, onNote }: Removed): Promise<void> {
  const isStateGone = !existsSync(recordPath(workspace.stateFolder));
  onNote(`${path} was removed: stopping everything.`);
  await running.stop().catch(() => {});
  if (!isStateGone) return;
  for (const name of ['discovery.json', 'discovery.json.last']) {
    await rm(join(workspace.stateFolder, name), { force: true }).catch(() => {});
  }
  // Only folders that are empty: what else is there is somebody's.
  for (const folder of [workspace.stateFolder, workspace.root]) await rmdir(folder).catch(() => {});
}
