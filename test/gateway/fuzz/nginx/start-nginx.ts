import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitUntil } from '../../setup/wait-until.js';

export interface Nginx extends AsyncDisposable {
  /** A folder for its sockets and logs. */
  folder: string;
}

/** A real nginx in one process, with these servers. They are reached at sockets in the folder; the first one is waited for. */
export async function startNginx(socket: string, servers: (folder: string) => string): Promise<Nginx> {
  const folder = await mkdtemp(join(tmpdir(), 'mscli-nginx-'));
  await writeFile(join(folder, 'nginx.conf'), configOf(folder, servers(folder)));
  const child = spawn('nginx', ['-p', folder, '-c', 'nginx.conf', '-e', 'error.log'], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: nginxEnvironment(),
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()).once('error', () => resolve()));
  const stop = async () => {
    child.kill();
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await once(child, 'spawn');
    await waitUntil(() => answers(join(folder, socket)), 'nginx to listen');
  } catch (error) {
    await stop();
    throw error;
  }
  return { folder, [Symbol.asyncDispose]: stop };
}

/** Debian has it where only root looks for programs. */
export function nginxEnvironment(): NodeJS.ProcessEnv {
  return { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` };
}

function configOf(folder: string, servers: string): string {
  const kinds = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  return `
daemon off;
master_process off;
pid ${folder}/pid;
error_log ${folder}/error.log crit;
events { worker_connections 4096; multi_accept on; }
http {
  access_log off;
  lingering_close off;
  ${kinds.map((kind) => `${kind}_temp_path ${folder}/${kind};`).join(' ')}
  ${servers}
}
`;
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('error', () => resolve(false));
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
  });
}
