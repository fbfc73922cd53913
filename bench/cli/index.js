import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { median } from '../report/statistics.js';
import { makeWorkspace } from './make-workspace.js';
import { measureUp } from './measure-up.js';
import { timeRun } from './time-run.js';

const root = new URL('../../', import.meta.url);
const mscli = fileURLToPath(new URL('bin/mscli.js', root));
const peer = (/** @type {string} */ name) => fileURLToPath(new URL(`peers/${name}`, import.meta.url));

/** Contender, its arguments, and the most that it may take, as a multiple of `node -e 0`. */
const contenders = [
  { name: 'node -e 0', args: () => ['-e', '0'] },
  { name: 'mscli --version', args: () => [mscli, '--version'], target: 1.3 },
  { name: 'mscli --help', args: () => [mscli, '--help'], target: 2 },
  { name: 'mscli breaker list', args: () => [mscli, 'breaker', 'list'], target: 2 },
  {
    name: 'mscli new service',
    args: () => [mscli, 'new', 'service', 'payment', '--no-install'],
    target: 2.5,
  },
  { name: 'commander --version', args: () => [peer('commander/cli.js'), '--version'] },
  { name: 'oclif --version', args: () => [peer('oclif/cli.js'), '--version'] },
  { name: 'oclif command', args: () => [peer('oclif/cli.js'), 'hello'] },
];

/**
 * How long commands take from a cold start, against bare Node, commander and oclif in the same rounds, and how long
 * `mscli up` takes for the shop.
 *
 * @param {{ quick: boolean, say: (text: string) => void }} options
 */
export async function measure({ quick, say }) {
  const rounds = await measureStarts(quick ? 6 : 25);
  const targets = contenders.flatMap(({ name, target }) =>
    target === undefined ? [] : [targetOf(`${name} / node -e 0`, ratio(rounds, name), target)],
  );
  const up = await measureUp({ runs: quick ? 1 : 3, say });
  return {
    versions: await versions(),
    rounds: [...rounds, ...up.rounds],
    targets: [...targets, ...(up.rounds.length === 0 ? [] : [targetOf('mscli up, shop, s', up.seconds, 3)])],
  };
}

/** @param {number} count */
async function measureStarts(count) {
  /** @type {import('../report/describe-report.js').Round[]} */
  const rounds = [];
  const workspace = await makeWorkspace(mscli);
  try {
    for (let round = 0; round <= count; round++) {
      await workspace.reset();
      for (const { name, args } of contenders) {
        const value = await timeRun(args(), workspace.folder);
        // The first round warms the disk cache.
        if (round > 0) rounds.push({ round, contender: name, metric: 'wall ms', value });
      }
    }
    return rounds;
  } finally {
    await workspace.remove();
  }
}

/**
 * Within each round, so that a slow moment of the machine meets both.
 *
 * @param {{ round: number, contender: string, value: number }[]} rounds
 * @param {string} name
 */
function ratio(rounds, name) {
  const bare = new Map(
    rounds.filter(({ contender }) => contender === 'node -e 0').map((one) => [one.round, one.value]),
  );
  const own = rounds.filter(({ contender }) => contender === name);
  return median(own.map(({ round, value }) => value / (bare.get(round) ?? Number.NaN)));
}

/**
 * @param {string} metric
 * @param {number} value
 * @param {number} target
 */
function targetOf(metric, value, target) {
  return { metric, value, target, ok: value <= target };
}

async function versions() {
  const read = async (/** @type {string} */ path) => JSON.parse(await readFile(new URL(path, root), 'utf8')).version;
  return {
    mscli: await read('package.json'),
    commander: await read('node_modules/commander/package.json'),
    oclif: await read('node_modules/@oclif/core/package.json'),
  };
}
