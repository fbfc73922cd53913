import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import amqplib from 'amqplib';

const SERVER = '/usr/lib/rabbitmq/bin/rabbitmq-server';
const READY_MS = 90_000;

/** Why no RabbitMQ can be started here; undefined when one can. */
export function rabbitmqMissing(): string | undefined {
  return existsSync(SERVER) ? undefined : `${SERVER} is not installed (Debian: apt-get install rabbitmq-server)`;
}

/** A RabbitMQ node of its own: private ports, folders and epmd, all gone when it is disposed. */
export async function startRabbitmq(): Promise<AsyncDisposable & { url: string; management: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'rabbitmq-'));
  const [port, distribution, epmdPort, http] = await Promise.all([freePort(), freePort(), freePort(), freePort()]);
  await Promise.all(['mnesia', 'log'].map((name) => mkdir(join(folder, name))));
  await writeFile(join(folder, 'enabled_plugins'), '[rabbitmq_management].\n');
  await writeFile(join(folder, 'rabbitmq.conf'), `management.tcp.ip = 127.0.0.1\nmanagement.tcp.port = ${http}\n`);
  const env = {
    PATH: process.env.PATH,
    HOME: folder,
    ERL_EPMD_PORT: String(epmdPort),
    ERL_EPMD_ADDRESS: '127.0.0.1',
    RABBITMQ_NODENAME: `differential-${port}@localhost`,
    RABBITMQ_NODE_IP_ADDRESS: '127.0.0.1',
    RABBITMQ_NODE_PORT: String(port),
    RABBITMQ_DIST_PORT: String(distribution),
    RABBITMQ_MNESIA_BASE: join(folder, 'mnesia'),
    RABBITMQ_LOG_BASE: join(folder, 'log'),
    RABBITMQ_PID_FILE: join(folder, 'pid'),
    RABBITMQ_ENABLED_PLUGINS_FILE: join(folder, 'enabled_plugins'),
    RABBITMQ_CONFIG_FILE: join(folder, 'rabbitmq.conf'),
  };
  const epmd = spawn('epmd', ['-port', String(epmdPort), '-address', '127.0.0.1'], { env, stdio: 'ignore' });
  const server = spawn(SERVER, [], { env, stdio: 'ignore', detached: true });
  const dispose = async () => {
    await endGroup(server);
    epmd.kill('SIGKILL');
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  const url = `amqp://guest:guest@127.0.0.1:${port}`;
  const management = `http://127.0.0.1:${http}`;
  try {
    await ready(url, server);
    await reachable(management, server);
  } catch (error) {
    const logs = await readLogs(join(folder, 'log'));
    await dispose();
    throw new Error(`RabbitMQ did not start: ${logs}`, { cause: error });
  }
  return { url, management, [Symbol.asyncDispose]: dispose };
}

async function ready(url: string, server: ChildProcess): Promise<void> {
  const until = Date.now() + READY_MS;
  for (;;) {
    try {
      const connection = await amqplib.connect(url);
      await connection.close();
      return;
    } catch (error) {
      if (Date.now() > until || server.exitCode !== null) throw error;
      await sleep(200);
    }
  }
}

/** The management API listens a little later than the broker. */
async function reachable(management: string, server: ChildProcess): Promise<void> {
  const until = Date.now() + READY_MS;
  while (
    !(await fetch(`${management}/api/overview`).then(
      ({ status }) => status === 401,
      () => false,
    ))
  ) {
    if (Date.now() > until || server.exitCode !== null) throw new Error('its management API did not answer');
    await sleep(200);
  }
}

/** Erlang runs in the process group of the script that started it. */
async function endGroup(server: ChildProcess): Promise<void> {
  const gone = server.exitCode !== null ? Promise.resolve() : once(server, 'exit');
  if (server.pid !== undefined && server.exitCode === null) process.kill(-server.pid, 'SIGKILL');
  await gone;
}

async function readLogs(folder: string): Promise<string> {
  const names = await readdir(folder).catch(() => []);
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8').catch(() => '')));
  return texts.join('\n').slice(-2000);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}
