import { spawnSync } from 'node:child_process';
import { nginxEnvironment } from './start-nginx.js';

/** Why nothing can be compared with nginx here; undefined where it is installed. */
export function nginxMissing(): string | undefined {
  const { status } = spawnSync('nginx', ['-v'], { env: nginxEnvironment() });
  return status === 0 ? undefined : 'nginx is not installed (Debian: apt-get install nginx-light)';
}
