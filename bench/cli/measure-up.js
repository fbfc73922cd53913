import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { median } from '../report/statistics.js';

const run = promisify(execFile);
const ALL = 'everything';
const mscli = fileURLToPath(new URL('../../bin/mscli.js', import.meta.url));

/**
 * How long `mscli up` takes until the gateway, the embedded broker and the four services of the shop are healthy, and
 * when each of them was, with its packages installed and its services built once. Where the packages cannot be installed,
 * nothing is measured.
 *
 * @param {{ runs: number, say: (text: string) => void }} options
 */
export async function measureUp({ runs, say }) {
  const folder = await mkdtemp(join(tmpdir(), 'mscli-bench-up-'));
  const shop = join(folder, 'shop');
  const down = () => run(process.execPath, [mscli, 'down'], { cwd: shop });
  const rounds = [];
  try {
    await run(process.execPath, [mscli, 'new', 'workspace', 'shop', '--sample', 'shop'], { cwd: folder });
    await useOtherPorts(join(shop, 'mscli.yaml'));
    for (let round = 0; round <= runs; round++) {
      const ready = await timeUp(shop);
      await down();
      if (round > 0) rounds.push(...ready.map((one) => ({ round, metric: 'seconds until healthy', ...one })));
    }
  } catch (error) {
    say(`mscli up was not measured: ${/** @type {Error} */ (error).message}`);
  } finally {
    await down().catch(() => {});
    await rm(folder, { recursive: true, force: true });
  }
  return { rounds, seconds: median(rounds.filter(({ contender }) => contender === ALL).map(({ value }) => value)) };
}

/**
 * When each process was ready, in seconds from the start of the command, and when the command returned.
 *
 * @param {string} shop
 */
async function timeUp(shop) {
  const startedAt = performance.now();
  const seconds = () => (performance.now() - startedAt) / 1000;
  const child = spawn(process.execPath, [mscli, 'up', '--detach', '--broker', 'embedded'], { cwd: shop });
  const closed = once(child, 'close');
  const ready = [];
  child.stdout.resume();
  for await (const line of createInterface({ input: child.stderr })) {
    const contender = /^(\S+) is ready$/.exec(line)?.[1];
    if (contender !== undefined) ready.push({ contender, value: seconds() });
  }
  const [code] = await closed;
  if (code !== 0) throw new Error(`it exited with ${code}`);
  return [...ready, { contender: ALL, value: seconds() }];
}

/**
 * Away from the ports of a shop that runs here already.
 *
 * @param {string} config
 */
async function useOtherPorts(config) {
  const text = await readFile(config, 'utf8');
  await writeFile(
    config,
    text.replaceAll(/port: (\d+)/g, (_, port) => `port: ${Number(port) + 20_000}`),
  );
}
