import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Finding } from './finding.js';

/** Whether the packages are installed, and as the lock file wants them. A workspace of commands alone needs none. */
export async function checkInstall({ root }: { root: string }): Promise<Finding[]> {
  const check = 'install';
  if ((await changedAt(join(root, 'package.json'))) === undefined) return [];
  const installedAt = await changedAt(join(root, 'node_modules', '.package-lock.json'));
  if (installedAt === undefined) {
    return [
      { check, status: 'fail', message: `no packages are installed in ${root}`, hint: 'run `npm install` there' },
    ];
  }
  const lockedAt = await changedAt(join(root, 'package-lock.json'));
  if (lockedAt !== undefined && lockedAt > installedAt) {
    const message = 'package-lock.json has changed since the packages were installed';
    return [{ check, status: 'warn', message, hint: `run \`npm install\` in ${root}` }];
  }
  return [{ check, status: 'ok', message: 'packages are installed' }];
}

async function changedAt(path: string): Promise<number | undefined> {
  const status = await stat(path).catch(() => undefined);
  return status?.mtimeMs;
}
