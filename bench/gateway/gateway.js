import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { transform } from 'esbuild';
import { startProgram, stopChild } from './start-program.js';

const program = fileURLToPath(new URL('../../dist/gateway.js', import.meta.url));
/** As `mscli up` starts it. */
const NODE_ARGS = ['--enable-source-maps', ...(await v8Flags())];
const SECRET = 'a secret of at least thirty-two bytes';

/**
 * The built gateway with a discovery file that names the upstream, as `mscli up` starts it. Its log goes nowhere.
 *
 * @param {import('./start-program.js').Running} upstream
 * @param {{ policies?: object, breaker?: object, settings?: object, nodeArgs?: readonly string[], stdout?: 'ignore' | number }} [options]
 * @returns {Promise<import('./start-program.js').Running>}
 */
export async function startGateway(
  upstream,
  { policies, breaker = {}, settings = {}, nodeArgs = [], stdout = 'ignore' } = {},
) {
  const folder = await mkdtemp(join(tmpdir(), 'mscli-bench-'));
  const file = join(folder, 'discovery.json');
  await writeFile(file, JSON.stringify(discovery(`http://127.0.0.1:${upstream.port}`, policies, breaker)));
  const env = {
    ...process.env,
    PORT: '0',
    MSCLI_STATE_URL: pathToFileURL(folder).href,
    MSCLI_INSTANCE_ID: 'gateway-1',
    MSCLI_GATEWAY_SETTINGS: JSON.stringify(settings),
    BENCH_SECRET: SECRET,
  };
  const child = startProgram('proxy', process.execPath, [...NODE_ARGS, ...nodeArgs, program], {
    env,
    stdout,
    ipc: true,
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

/** From the sources: the built program does not hold them. @returns {Promise<string[]>} */
async function v8Flags() {
  const source = await readFile(new URL('../../src/gateway/v8-flags.ts', import.meta.url), 'utf8');
  const { code } = await transform(source, { loader: 'ts' });
  return (await import(`data:text/javascript,${encodeURIComponent(code)}`)).v8Flags;
}

/** Policies of a route that wants a token, and a token that it takes. */
export const jwt = { secret: 'BENCH_SECRET', issuer: 'bench', audience: 'bench' };
export const token = signed({ iss: 'bench', aud: 'bench', sub: 'somebody', exp: 4_000_000_000 });

/** @param {object} claims */
function signed(claims) {
  const encode = (/** @type {object} */ part) => Buffer.from(JSON.stringify(part)).toString('base64url');
  const text = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode(claims)}`;
  return `${text}.${createHmac('sha256', SECRET).update(text).digest('base64url')}`;
}

/**
 * @param {string} url
 * @param {object | undefined} policies
 * @param {object} breaker
 */
function discovery(url, policies, breaker) {
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
    routes: [{ path: '/bench', service: 'bench', stripPrefix: false, policies }],
    overrides: {},
    breakers: {},
    breakerSettings: { bench: breaker },
  };
}

/**
 * The gateway writes its own address into the discovery file once it listens.
 *
 * @param {string} file
 * @param {import('node:child_process').ChildProcess} child
 */
async function registeredUrl(file, child) {
  const gone = once(child, 'exit').then(([code]) => {
    throw new Error(`the gateway exited with ${code}`);
  });
  for (;;) {
    const { instances } = JSON.parse(await readFile(file, 'utf8'));
    if (instances['gateway-1']) return instances['gateway-1'].url;
    await Promise.race([sleep(20), gone]);
  }
}
