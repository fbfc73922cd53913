import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { median } from '../report/statistics.js';
import { contenders } from './contenders.js';

const script = fileURLToPath(new URL('measure-one.js', import.meta.url));
const flags = ['--expose-gc', '--max-semi-space-size=128', '--min-semi-space-size=128'];

/**
 * What a breaker costs a call: our permits bare and around an awaited call, beside opossum and cockatiel around the same, each
 * in a process of its own, in interleaved rounds.
 *
 * @param {{ quick: boolean, say: (text: string) => void }} options
 */
export async function measure({ quick, say }) {
  const count = quick ? 3 : 9;
  /** @type {import('../report/describe-report.js').Round[]} */
  const rounds = [];
  for (let round = 1; round <= count; round++) {
    say(`round ${round} of ${count}`);
    for (const contender of turned(Object.keys(contenders), round)) {
      const calls = contender.startsWith('guarded') ? 40_000_000 : 10_000_000;
      const { nanoseconds, bytes } = await measureOne(contender, quick ? calls / 2 : calls);
      rounds.push({ round, contender, metric: NS, value: nanoseconds });
      rounds.push({ round, contender, metric: BYTES, value: bytes });
    }
  }
  const targets = [target(rounds, 'guarded: count window', 60), target(rounds, 'guarded: time window', 100)];
  return { versions: await versions(), rounds, targets };
}

const NS = 'CPU ns a call';
const BYTES = 'bytes a call';

/**
 * @param {string} contender
 * @param {number} calls
 */
async function measureOne(contender, calls) {
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, script, contender, `${calls}`]);
  return JSON.parse(stdout);
}

/**
 * Another one goes first in each round.
 *
 * @param {readonly string[]} list
 * @param {number} by
 */
function turned(list, by) {
  const first = by % list.length;
  return [...list.slice(first), ...list.slice(0, first)];
}

/**
 * @param {import('../report/describe-report.js').Round[]} rounds
 * @param {string} contender
 * @param {number} most
 */
function target(rounds, contender, most) {
  const own = rounds.filter((one) => one.metric === NS && one.contender === contender);
  const value = median(own.map((one) => one.value));
  return { metric: `${contender}, ${NS}`, value, target: most, ok: value < most };
}

async function versions() {
  const read = async (/** @type {string} */ path) =>
    JSON.parse(await readFile(new URL(`../../${path}`, import.meta.url), 'utf8')).version;
  return {
    mscli: await read('package.json'),
    opossum: await read('node_modules/opossum/package.json'),
    cockatiel: await read('node_modules/cockatiel/package.json'),
  };
}
