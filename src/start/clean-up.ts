import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { findRoot, statePlace } from '../workspace/find-root.js';

/**
 * Ends what a killed supervisor has left behind in the workspace around `cwd`, before any command looks at it.
 * Where nothing runs and nothing is to be cleaned up it costs a look for one file.
 */
export async function cleanUp(cwd: string, onNote: (text: string) => void): Promise<void> {
  const place = placeOf(cwd);
  if (!place || !existsSync(join(place.stateFolder, 'supervisor.json'))) return;
  const { recover } = await import('../supervisor/recover.js');
  await recover(place, onNote).catch((error: unknown) => onNote(String(error)));
}

function placeOf(cwd: string): { stateFolder: string } | undefined {
  try {
    return statePlace(findRoot(cwd));
  } catch {
    return undefined;
  }
}
