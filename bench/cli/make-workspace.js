import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/**
 * A new workspace without installed packages in a temporary folder, and how to remove it.
 *
 * @param {string} mscli
 */
export async function makeWorkspace(mscli) {
  const parent = await mkdtemp(join(tmpdir(), 'mscli-bench-'));
  await promisify(execFile)(process.execPath, [mscli, 'new', 'workspace', 'bench', '--no-install'], { cwd: parent });
  return { folder: join(parent, 'bench'), remove: () => rm(parent, { recursive: true, force: true }) };
}
