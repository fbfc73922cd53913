import { readFile } from 'node:fs/promises';
import { cpuSeconds } from '../report/cpu-seconds.js';
import { median } from '../report/statistics.js';
import { contenders } from './contenders.js';
import { load } from './load.js';
import { startUpstream } from './start-upstream.js';

const kinds = [
  { name: 'GET 1 KB', method: 'GET', path: '/bench/1k', body: 0 },
  { name: 'POST 10 KB', method: 'POST', path: '/bench/10k', body: 10_240 },
];
const connections = 32;

/**
 * What a request through mscli's gateway costs, with discovery and breaker as always, against http-proxy with a keep-alive
 * agent and against no proxy at all. Everything is on loopback, each part a process of its own, and the connections are
 * always busy: the delays are those of a full machine.
 *
 * @param {{ quick: boolean, say: (text: string) => void }} options
 */
export async function measure({ quick, say }) {
  const count = quick ? 3 : 8;
  const seconds = quick ? 1 : 3;
  /** @type {import('../report/describe-report.js').Round[]} */
  const rounds = [];
  const upstream = await startUpstream();
  const proxies = await Promise.all(
    contenders.map(async ({ name, start }) => ({ name, proxy: await start(upstream) })),
  );
  try {
    for (let round = 0; round <= count; round++) {
      say(round === 0 ? 'warming up' : `round ${round} of ${count}`);
      for (const kind of kinds) {
        for (const { name, proxy } of turned(proxies, round)) {
          const before = await cpuSeconds(proxy.pid);
          const { requests, tookSeconds, p50, p99 } = await load({ ...kind, port: proxy.port, connections, seconds });
          const cpu = ((await cpuSeconds(proxy.pid)) - before) * 1e6;
          // The first round warms the compiler.
          if (round === 0) continue;
          const add = (/** @type {string} */ metric, /** @type {number} */ value) =>
            rounds.push({ round, contender: name, metric: `${kind.name}, ${metric}`, value });
          add('requests/s', requests / tookSeconds);
          add('p50 ms', p50);
          add('p99 ms', p99);
          if (name !== 'no proxy' && Number.isFinite(cpu)) add(CPU, cpu / requests);
        }
      }
    }
  } finally {
    for (const { proxy } of proxies) await proxy.stop();
    await upstream.stop();
  }
  return { versions: await versions(), rounds, targets: kinds.flatMap(({ name }) => targetsOf(name, rounds)) };
}

const CPU = 'CPU us a request';

/**
 * Another one goes first in each round.
 *
 * @template T
 * @param {readonly T[]} list
 * @param {number} by
 */
function turned(list, by) {
  const first = by % list.length;
  return [...list.slice(first), ...list.slice(0, first)];
}

/**
 * @param {string} kind
 * @param {import('../report/describe-report.js').Round[]} rounds
 */
function targetsOf(kind, rounds) {
  const metric = `${kind}, ${CPU}`;
  const of = (/** @type {string} */ name) => rounds.filter((one) => one.metric === metric && one.contender === name);
  const peers = new Map(of('http-proxy').map(({ round, value }) => [round, value]));
  const value = median(of('mscli gateway').map(({ round, value }) => value / (peers.get(round) ?? Number.NaN)));
  if (!Number.isFinite(value)) return [];
  return [{ metric: `${metric}, mscli / http-proxy`, value, target: 0.75, ok: value <= 0.75 }];
}

async function versions() {
  const read = async (/** @type {string} */ path) =>
    JSON.parse(await readFile(new URL(`../../${path}`, import.meta.url), 'utf8')).version;
  return { mscli: await read('package.json'), 'http-proxy': await read('node_modules/http-proxy/package.json') };
}
