import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import amqplib from 'amqplib';
import { build } from 'esbuild';

/**
 * A broker that runs: where, in which process, and how long it took until a client had shaken hands.
 *
 * @typedef {{ url: string, pid: number, startMs: number, stop: () => Promise<void> }} Running
 */

/** The package's bin from its sources in one file, so that nothing has to be built before. */
export async function bundleBroker() {
  const folder = await mkdtemp(join(tmpdir(), 'amqp-broker-bench-'));
  const path = join(folder, 'amqp-broker.mjs');
  await build({
    entryPoints: [fileURLToPath(new URL('../../amqp-broker/bin/amqp-broker.js', import.meta.url))],
    outfile: path,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    conditions: ['source'],
    logLevel: 'error',
  });
  return { path, remove: () => rm(folder, { recursive: true, force: true }) };
}

/**
 * Our broker with an empty data folder, in a process of its own.
 *
 * @param {string} bundle
 * @returns {Promise<Running>}
 */
export async function startEmbedded(bundle) {
  const folder = await mkdtemp(join(tmpdir(), 'amqp-broker-bench-'));
  const startedAt = performance.now();
  const child = spawn(process.execPath, [bundle, '--port', '0', '--data-dir', folder], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const exited = once(child, 'exit');
  const [line] = await Promise.race([
    once(createInterface({ input: child.stdout }), 'line'),
    exited.then(([code]) => Promise.reject(new Error(`the broker exited with ${code}`))),
  ]);
  const { url, pid } = JSON.parse(line);
  const connection = await amqplib.connect(url);
  const startMs = performance.now() - startedAt;
  await connection.close();
  return {
    url,
    pid,
    startMs,
    async stop() {
      child.kill('SIGTERM');
      await exited;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
