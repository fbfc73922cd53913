import { execFile } from 'node:child_process';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/**
 * A new workspace without installed packages in a temporary folder, how to make it as it was at first, and how to remove it.
 *
 * @param {string} mscli
 */
export async function makeWorkspace(mscli) {
  const parent = await mkdtemp(join(tmpdir(), 'mscli-bench-'));
  await promisify(execFile)(process.execPath, [mscli, 'new', 'workspace', 'bench', '--no-install'], { cwd: parent });
  const [folder, original] = [join(parent, 'bench'), join(parent, 'original')];
  await cp(folder, original, { recursive: true });
  return {
    folder,
    async reset() {
      await rm(folder, { recursive: true });
      await cp(original, folder, { recursive: true });
    },
    remove: () => rm(parent, { recursive: true, force: true }),
  };
}
