import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

export const DRAIN = 'drain of a backlog';

const client = fileURLToPath(new URL('client.js', import.meta.url));

/**
 * Runs a workload of so many messages from a client process: its rate, and the broker's and the client's CPU for each message.
 *
 * @param {import('./embedded.js').Running} broker
 * @param {string} load
 * @param {number} count
 * @param {number} [size] of what is there beside the workload
 */
export async function measureLoad(broker, load, count, size = 0) {
  const { messages, seconds, clientCpu, brokerCpu } = await runClient(broker, load, count, size);
  return [
    { metric: `${load}, messages/s`, value: messages / seconds },
    { metric: `${load}, us CPU each`, value: (brokerCpu / messages) * 1e6 },
    { metric: `${load}, client's us CPU each`, value: (clientCpu / messages) * 1e6 },
  ];
}

/**
 * What a durable queue of so many messages adds to the memory of a broker that nobody has used before.
 *
 * @param {import('./embedded.js').Running} broker
 * @param {number} count
 */
export async function measureMemory(broker, count) {
  const before = await residentMB(broker.pid);
  await runClient(broker, 'fill', count);
  // What is only garbage has a moment to go.
  await sleep(500);
  const grown = (await residentMB(broker.pid)) - before;
  await runClient(broker, DRAIN, count);
  return { metric: 'memory of 100,000 queued, MB', value: (grown / count) * 100_000 };
}

/**
 * Fills a durable queue, and measures how it is emptied.
 *
 * @param {import('./embedded.js').Running} broker
 * @param {number} count
 */
export async function measureDrain(broker, count) {
  await runClient(broker, 'fill', count);
  return measureLoad(broker, DRAIN, count);
}

/**
 * @param {import('./embedded.js').Running} broker
 * @param {string} load
 * @param {number} count
 * @param {number} [size]
 * @returns {Promise<{ messages: number, seconds: number, clientCpu: number, brokerCpu: number }>}
 */
async function runClient({ url, pid }, load, count, size = 0) {
  const args = [client, url, String(pid), load, String(count), String(size)];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  const [line] = await Promise.race([
    once(createInterface({ input: child.stdout }), 'line'),
    exited.then(([code]) => Promise.reject(new Error(`the client (${load}) exited with ${code}`))),
  ]);
  await exited;
  return JSON.parse(line);
}

/** @param {number} pid */
async function residentMB(pid) {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
}
