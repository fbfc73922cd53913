import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { kinds } from './kinds.js';
import { load } from './load.js';

/**
 * Resident memory of fresh proxies, in MB: the most with 512 busy connections, and what is left when they are gone.
 *
 * @param {readonly import('./contenders.js').Contender[]} contenders
 * @param {import('./start-program.js').Running} upstream
 * @param {{ seconds: number, say: (text: string) => void }} options
 */
export async function measureMemory(contenders, upstream, { seconds, say }) {
  /** @type {import('../report/describe-report.js').Round[]} */
  const rounds = [];
  say('memory');
  const [kind] = kinds;
  if (kind === undefined) return rounds;
  for (const { name, start } of contenders.filter(({ name }) => name !== 'no proxy')) {
    const running = await start(upstream);
    try {
      const add = async (/** @type {string} */ metric, /** @type {string} */ field) => {
        const value = await megabytes(running.pid, field);
        if (Number.isFinite(value)) rounds.push({ round: 1, contender: name, metric: `memory MB, ${metric}`, value });
      };
      await add('before the first request', 'VmRSS');
      await load({ ...kind, port: running.port, connections: 512, seconds });
      await add('most with 512 connections', 'VmHWM');
      await sleep(2_000);
      await add('2 s after that', 'VmRSS');
    } finally {
      await running.stop();
    }
  }
  return rounds;
}

/**
 * A field of proc_pid_status(5) that is given in kB; NaN where there is no /proc.
 *
 * @param {number} pid
 * @param {string} field
 */
async function megabytes(pid, field) {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(new RegExp(`^${field}:\\s*(\\d+) kB$`, 'm').exec(status)?.[1] ?? Number.NaN) / 1024;
}
