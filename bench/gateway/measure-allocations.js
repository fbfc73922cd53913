import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kinds } from './kinds.js';
import { load } from './load.js';

/**
 * What a request leaves on the heap of Node's proxies, in KB, by what V8 tells of its collections: whatever the heap is larger before
 * one than it was behind the one before.
 *
 * @param {readonly import('./contenders.js').Contender[]} contenders
 * @param {import('./start-program.js').Running} upstream
 * @param {{ say: (text: string) => void }} options
 */
export async function measureAllocations(contenders, upstream, { say }) {
  /** @type {import('../report/describe-report.js').Round[]} */
  const rounds = [];
  say('allocations');
  const folder = await mkdtemp(join(tmpdir(), 'bench-heap-'));
  try {
    for (const { name, startTraced } of contenders) {
      if (startTraced === undefined) continue;
      for (const kind of kinds) {
        const metric = `${kind.name}, heap KB a request`;
        const value = await allocationOf(startTraced, kind, upstream, join(folder, 'trace'));
        rounds.push({ round: 1, contender: name, metric, value });
      }
    }
    return rounds;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * @param {NonNullable<import('./contenders.js').Contender['startTraced']>} start
 * @param {import('./kinds.js').Kind} kind
 * @param {import('./start-program.js').Running} upstream
 * @param {string} path
 */
async function allocationOf(start, kind, upstream, path) {
  const file = await open(path, 'w');
  try {
    const running = await start(upstream, ['--trace-gc'], file.fd);
    const settings = { ...kind, port: running.port, connections: 64, seconds: 1 };
    await load(settings);
    const { size } = await file.stat();
    const { requests } = await load(settings);
    await running.stop();
    return (allocated((await readFile(path, 'latin1')).slice(size)) * 1024) / requests;
  } finally {
    await file.close();
  }
}

/**
 * In MB, between the first collection and the last.
 *
 * @param {string} trace
 */
function allocated(trace) {
  let sum = 0;
  let after = Number.NaN;
  for (const [, before, left] of trace.matchAll(/ms: \S.*? (\d+\.\d) \(\d+\.\d\) -> (\d+\.\d) \(/g)) {
    if (!Number.isNaN(after)) sum += Number(before) - after;
    after = Number(left);
  }
  return sum;
}
