import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, startListening } from './start-program.js';

const HAPROXY = '/usr/sbin/haproxy';

export const hasHaproxy = existsSync(HAPROXY);

/**
 * haproxy with one thread and shared kept connections.
 *
 * @param {import('./start-program.js').Running} upstream
 * @returns {Promise<import('./start-program.js').Running>}
 */
export async function startHaproxy(upstream) {
  const folder = await mkdtemp(join(tmpdir(), 'haproxy-bench-'));
  const port = await freePort();
  const file = join(folder, 'haproxy.cfg');
  const lines = [
    ...['global', '  nbthread 1', '  maxconn 4096', 'defaults', '  mode http'],
    ...['  timeout connect 5s', '  timeout client 60s', '  timeout server 60s'],
    ...[
      '  option forwardfor',
      '  http-reuse always',
      '  unique-id-format %[uuid()]',
      '  unique-id-header X-Request-Id',
    ],
    ...['frontend clients', `  bind 127.0.0.1:${port}`, '  default_backend bench'],
    ...['backend bench', `  server one 127.0.0.1:${upstream.port}`, ''],
  ];
  await writeFile(file, lines.join('\n'));
  const running = await startListening('proxy', HAPROXY, port, ['-db', '-q', '-f', file]);
  return {
    ...running,
    async stop() {
      await running.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
