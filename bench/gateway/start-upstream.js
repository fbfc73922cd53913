import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { stopChild } from './stop-child.js';

/**
 * The service behind the proxies, as a process of its own.
 *
 * @returns {Promise<import('./contenders.js').Proxy>}
 */
export async function startUpstream() {
  const program = fileURLToPath(new URL('peers/upstream.js', import.meta.url));
  const child = fork(program, [], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const [port] = await once(child, 'message');
  return { pid: Number(child.pid), port, stop: () => stopChild(child) };
}
