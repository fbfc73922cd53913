import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import amqplib from 'amqplib';

const SERVER = '/usr/lib/rabbitmq/bin/rabbitmq-server';
const READY_MS = 60_000;

/** The version of Debian's package; undefined where it is not installed. */
export async function rabbitmqVersion() {
  if (!existsSync(SERVER)) return undefined;
  const { stdout } = await promisify(execFile)('dpkg-query', ['-W', '-f', '$' + '{Version}', 'rabbitmq-server']);
  return stdout.trim();
}

/**
 * A RabbitMQ node of its own with private ports, folders and epmd; undefined where none is installed.
 *
 * @param {(text: string) => void} say
 * @returns {Promise<import('./embedded.js').Running | undefined>}
 */
export async function startRabbitmq(say) {
  if (!existsSync(SERVER)) {
    say('RabbitMQ is not installed (Debian: apt-get install rabbitmq-server): only our own broker is measured.');
    return undefined;
  }
  const folder = await mkdtemp(join(tmpdir(), 'rabbitmq-bench-'));
  const [port, distribution, epmdPort] = await Promise.all([freePort(), freePort(), freePort()]);
  await Promise.all(['mnesia', 'log'].map((name) => mkdir(join(folder, name))));
  await writeFile(join(folder, 'enabled_plugins'), '[].\n');
  const env = {
    PATH: process.env.PATH,
    HOME: folder,
    ERL_EPMD_PORT: String(epmdPort),
    ERL_EPMD_ADDRESS: '127.0.0.1',
    RABBITMQ_NODENAME: `bench-${port}@localhost`,
    RABBITMQ_NODE_IP_ADDRESS: '127.0.0.1',
    RABBITMQ_NODE_PORT: String(port),
    RABBITMQ_DIST_PORT: String(distribution),
    RABBITMQ_MNESIA_BASE: join(folder, 'mnesia'),
    RABBITMQ_LOG_BASE: join(folder, 'log'),
    RABBITMQ_PID_FILE: join(folder, 'pid'),
    RABBITMQ_ENABLED_PLUGINS_FILE: join(folder, 'enabled_plugins'),
  };
  const epmd = spawn('epmd', ['-port', String(epmdPort), '-address', '127.0.0.1'], { env, stdio: 'ignore' });
  const startedAt = performance.now();
  const server = spawn(SERVER, [], { env, stdio: 'ignore', detached: true });
  const exited = once(server, 'exit');
  const url = `amqp://guest:guest@127.0.0.1:${port}`;
  const stop = async () => {
    // Erlang runs in the process group of the script that started it.
    if (server.pid !== undefined && server.exitCode === null) process.kill(-server.pid, 'SIGKILL');
    await exited;
    epmd.kill('SIGKILL');
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    await firstHandshake(url, server);
    const startMs = performance.now() - startedAt;
    return { url, pid: Number(await readFile(join(folder, 'pid'), 'utf8')), startMs, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/**
 * @param {string} url
 * @param {import('node:child_process').ChildProcess} server
 */
async function firstHandshake(url, server) {
  for (const until = Date.now() + READY_MS; ; ) {
    try {
      const connection = await amqplib.connect(url);
      await connection.close();
      return;
    } catch (error) {
      if (Date.now() > until || server.exitCode !== null) throw error;
      await sleep(50);
    }
  }
}

/** @returns {Promise<number>} */
async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}
