import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, startListening } from './start-program.js';

const NGINX = '/usr/sbin/nginx';

export const hasNginx = existsSync(NGINX);

/**
 * The service behind the proxies, in C: one in Node would itself be the limit.
 *
 * @returns {Promise<import('./start-program.js').Running>}
 */
export async function startNginxUpstream() {
  const files = { '64k': 'x'.repeat(65_536) };
  return startNginx('load', files, (folder) => [
    'open_file_cache max=10;',
    'sendfile on;',
    'server {',
    '  listen 127.0.0.1:PORT;',
    `  location /bench/1k { default_type text/plain; return 200 "${'x'.repeat(1024)}"; }`,
    '  location /bench/post { default_type text/plain; return 200 ok; }',
    `  location /bench/64k { default_type text/plain; alias ${folder}/64k; }`,
    '}',
  ]);
}

/** The fields of the gateway's own access log. */
const accessFields = [
  '{"time":"$time_iso8601","service":"gateway","instance":"gateway-1","level":"info","msg":"request","method":"$request_method",',
  '"path":"$uri","route":"/bench","upstream":"bench","upstreamInstance":"$upstream_addr","status":$status,',
  '"durationMs":$request_time,"requestId":"$request_id"}',
].join('');

/**
 * nginx as a proxy with one worker, kept connections, and the fields that every proxy here adds; its buffers are those that
 * it comes with.
 *
 * @param {import('./start-program.js').Running} upstream
 */
export function startNginxProxy({ port }) {
  return startNginx('proxy', {}, () => [
    `log_format access escape=json '${accessFields}';`,
    'access_log /dev/null access buffer=64k flush=1s;',
    `upstream bench { server 127.0.0.1:${port}; keepalive 512; keepalive_requests 1000000000; }`,
    'server {',
    '  listen 127.0.0.1:PORT;',
    '  location /bench {',
    '    proxy_pass http://bench;',
    '    proxy_http_version 1.1;',
    '    proxy_set_header Connection "";',
    '    proxy_set_header Host $http_host;',
    '    proxy_set_header X-Request-Id $request_id;',
    '    proxy_set_header X-Forwarded-For $remote_addr;',
    '    proxy_set_header X-Forwarded-Host $http_host;',
    '    proxy_set_header X-Forwarded-Proto $scheme;',
    '  }',
    '}',
  ]);
}

/**
 * @param {'proxy' | 'load'} part
 * @param {Record<string, string>} files
 * @param {(folder: string) => string[]} servers
 * @returns {Promise<import('./start-program.js').Running>}
 */
async function startNginx(part, files, servers) {
  const folder = await mkdtemp(join(tmpdir(), 'nginx-bench-'));
  const port = await freePort();
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  const lines = [
    ...['daemon off;', 'master_process off;', 'worker_processes 1;', `pid ${folder}/pid;`, 'error_log stderr crit;'],
    ...['events { worker_connections 8192; }', 'http {', 'access_log off;', 'keepalive_requests 1000000000;'],
    ...temporary.map((name) => `${name}_temp_path ${folder}/${name};`),
    ...servers(folder).map((line) => line.replace('PORT', `${port}`)),
    '}',
  ];
  await writeFile(join(folder, 'nginx.conf'), lines.join('\n'));
  const running = await startListening(part, NGINX, port, ['-c', join(folder, 'nginx.conf'), '-p', folder]);
  return {
    ...running,
    async stop() {
      await running.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
