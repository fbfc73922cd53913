import { treeCpuSeconds } from '../report/tree-cpu-seconds.js';
import { load } from './load.js';

export const CPU = 'CPU us a request';

/**
 * Interleaved rounds: every proxy carries the same load in each, and another one goes first.
 *
 * @param {{ name: string, token?: string, running: import('./start-program.js').Running }[]} proxies
 * @param {readonly { kind: import('./kinds.js').Kind, connections: number }[]} loads
 * @param {{ count: number, seconds: number, say: (text: string) => void }} options
 */
export async function measureSpeed(proxies, loads, { count, seconds, say }) {
  /** @type {import('../report/describe-report.js').Round[]} */
  const rounds = [];
  await warmUp(proxies, loads, say);
  for (let round = 1; round <= count; round++) {
    say(`round ${round} of ${count}`);
    for (const { kind, connections } of loads) {
      const what = `${kind.name}, ${connections} connections`;
      for (const { name, token, running } of turned(proxies, round)) {
        const before = await treeCpuSeconds(running.pid);
        const { requests, tookSeconds, p50, p99, errors } = await load({
          ...kind,
          port: running.port,
          connections,
          seconds,
          token,
        });
        const cpu = ((await treeCpuSeconds(running.pid)) - before) * 1e6;
        if (errors > 0) say(`${name}: ${errors} of ${requests} failed (${what})`);
        const add = (/** @type {string} */ metric, /** @type {number} */ value) =>
          rounds.push({ round, contender: name, metric: `${what}, ${metric}`, value });
        add('requests/s', requests / tookSeconds);
        add('p50 ms', p50);
        add('p99 ms', p99);
        if (name !== 'no proxy' && Number.isFinite(cpu)) add(CPU, cpu / requests);
      }
    }
  }
  return rounds;
}

/**
 * The compilers of Node's proxies need some thousand requests, and some hundred connections that come and go.
 *
 * @param {Parameters<typeof measureSpeed>[0]} proxies
 * @param {Parameters<typeof measureSpeed>[1]} loads
 * @param {(text: string) => void} say
 */
async function warmUp(proxies, loads, say) {
  say('warming up');
  const kinds = [...new Set(loads.map(({ kind }) => kind))];
  for (const kind of kinds)
    for (const { token, running } of proxies)
      for (let run = 0; run < 3; run++) await load({ ...kind, port: running.port, connections: 64, seconds: 1, token });
}

/**
 * @template T
 * @param {readonly T[]} list
 * @param {number} by
 */
function turned(list, by) {
  const first = by % list.length;
  return [...list.slice(first), ...list.slice(0, first)];
}
