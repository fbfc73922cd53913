import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { stopChild } from './stop-child.js';

/** @typedef {{ pid: number, port: number, stop(): Promise<void> }} Proxy */

/** Who carries a request to the upstream. */
export const contenders = [
  { name: 'mscli gateway', start: startGateway },
  { name: 'http-proxy', start: startHttpProxy },
  {
    name: 'no proxy',
    start: async (/** @type {Proxy} */ { pid, port }) => ({ pid, port, stop: async () => {} }),
  },
];

/**
 * The built gateway with a discovery file that names the upstream, as `mscli up` starts it. Its log goes nowhere.
 *
 * @param {Proxy} upstream
 * @returns {Promise<Proxy>}
 */
async function startGateway(upstream) {
  const folder = await mkdtemp(join(tmpdir(), 'mscli-bench-'));
  const file = join(folder, 'discovery.json');
  await writeFile(file, JSON.stringify(discovery(`http://127.0.0.1:${upstream.port}`)));
  const env = {
    ...process.env,
    PORT: '0',
    MSCLI_STATE_URL: pathToFileURL(folder).href,
    MSCLI_INSTANCE_ID: 'gateway-1',
  };
  const child = fork(fileURLToPath(new URL('../../dist/gateway.js', import.meta.url)), [], {
    env,
    silent: false,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const url = await registeredUrl(file, child);
  return {
    pid: Number(child.pid),
    port: Number(new URL(url).port),
    async stop() {
      await stopChild(child);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** @param {string} url */
function discovery(url) {
  const instance = {
    id: 'bench-1',
    service: 'bench',
    url,
    status: 'ready',
    startedAt: new Date().toISOString(),
    registeredBy: 'self',
  };
  return {
    version: 1,
    revision: 1,
    instances: { [instance.id]: instance },
    routes: [{ path: '/bench', service: 'bench', stripPrefix: false }],
    overrides: {},
    breakers: {},
  };
}

/**
 * The gateway writes its own address into the discovery file once it listens.
 *
 * @param {string} file
 * @param {import('node:child_process').ChildProcess} child
 */
async function registeredUrl(file, child) {
  while (child.exitCode === null) {
    const { instances } = JSON.parse(await readFile(file, 'utf8'));
    if (instances['gateway-1']) return instances['gateway-1'].url;
    await sleep(20);
  }
  throw new Error(`the gateway exited with ${child.exitCode}`);
}

/**
 * @param {Proxy} upstream
 * @returns {Promise<Proxy>}
 */
async function startHttpProxy(upstream) {
  const program = fileURLToPath(new URL('peers/http-proxy.js', import.meta.url));
  const child = fork(program, [String(upstream.port)], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    execArgv: ['--no-deprecation'],
  });
  const [port] = await once(child, 'message');
  return { pid: Number(child.pid), port, stop: () => stopChild(child) };
}
