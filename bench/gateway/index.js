import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { contenders, peerVersions } from './contenders.js';
import { isPinned } from './cores.js';
import { kinds } from './kinds.js';
import { hasWrk } from './load.js';
import { measureAllocations } from './measure-allocations.js';
import { measureMemory } from './measure-memory.js';
import { measureSpeed } from './measure-speed.js';
import { hasNginx, startNginxUpstream } from './nginx.js';
import { startNode } from './start-program.js';
import { multiples, targetsOf } from './targets.js';
import { variants } from './variants.js';

/** @typedef {import('./start-program.js').Running} Running */

/**
 * What a request through mscli's gateway costs, beside other proxies of Node's, nginx, haproxy and no proxy at all. Everything is on
 * loopback, each part a process of its own; the proxy has one core, load and upstream share the other.
 *
 * @param {{ quick: boolean, say: (text: string) => void }} options
 */
export async function measure({ quick, say }) {
  if (!isPinned) say('There is no taskset or only one core: the parts are not kept on cores of their own.');
  if (!hasWrk) say('wrk is not installed (Debian: apt-get install wrk): the load comes from a program of Node’s.');
  const busyBefore = loadavg()[0];
  const upstream = await startUpstream();
  try {
    const all = contenders(say);
    const connections = quick ? [64] : [1, 64, 512];
    const loads = kinds.flatMap((kind) => connections.map((count) => ({ kind, connections: count })));
    // Within the first tenth of a second the connections are made: shorter rounds would have a 99th percentile of that.
    const settings = quick ? { count: 2, seconds: 2, say } : { count: 5, seconds: 3, say };
    const speed = await running(all, upstream, (proxies) => measureSpeed(proxies, loads, settings));
    say('the gateway with settings');
    const plain = kinds.slice(0, 1).map((kind) => ({ kind, connections: 64 }));
    const settled = await running(variants, upstream, (proxies) =>
      measureSpeed(proxies, plain, { ...settings, count: quick ? 1 : 5 }),
    );
    const memory = await measureMemory(quick ? all.slice(0, 1) : all, upstream, { seconds: quick ? 2 : 5, say });
    const heap = quick ? [] : await measureAllocations(all, upstream, { say });
    const withSettings = settled.map((one) => ({ ...one, metric: `the gateway with settings, ${one.metric}` }));
    return {
      versions: { ...(await versions()), 'load before': `${busyBefore?.toFixed(1)}` },
      rounds: [...speed, ...multiples(speed), ...withSettings, ...memory, ...heap],
      targets: targetsOf({ speed, settled, memory }),
    };
  } finally {
    await upstream.stop();
  }
}

/** @returns {Promise<Running>} */
function startUpstream() {
  if (hasNginx) return startNginxUpstream();
  return startNode('load', [fileURLToPath(new URL('peers/upstream.js', import.meta.url))]);
}

/**
 * @template {{ name: string, start: (upstream: Running) => Promise<Running> }} Started
 * @template Result
 * @param {readonly Started[]} list
 * @param {Running} upstream
 * @param {(proxies: (Started & { running: Running })[]) => Promise<Result>} use
 */
async function running(list, upstream, use) {
  const proxies = await Promise.all(list.map(async (one) => ({ ...one, running: await one.start(upstream) })));
  try {
    return await use(proxies);
  } finally {
    await Promise.all(proxies.map(({ running }) => running.stop()));
  }
}

async function versions() {
  const { version } = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8'));
  const first = async (/** @type {string} */ program, /** @type {string} */ flag) => {
    const told = await promisify(execFile)(program, [flag]).catch(() => undefined);
    return /\d+\.\d+\.\d+/.exec(`${told?.stdout}${told?.stderr}`)?.[0] ?? 'not installed';
  };
  return {
    mscli: version,
    ...peerVersions(),
    nginx: await first('/usr/sbin/nginx', '-v'),
    haproxy: await first('/usr/sbin/haproxy', '-v'),
  };
}
