import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

/** Clock ticks of /proc in a second (sysconf(_SC_CLK_TCK), 100 on Linux everywhere). */
const TICKS = 100;
const client = fileURLToPath(new URL('client.js', import.meta.url));

/**
 * Runs a workload of so many messages from a client process: its rate and the broker's CPU for each message.
 *
 * @param {import('./embedded.js').Running} broker
 * @param {string} load
 * @param {number} count
 * @param {number} [others] queues beside the one that is used
 */
export async function measureLoad({ url, pid }, load, count, others = 0) {
  const before = await cpuSeconds(pid);
  const { messages, seconds } = await runClient([url, load, String(count), String(others)]);
  const cpu = (await cpuSeconds(pid)) - before;
  return [
    { metric: `${load}, messages/s`, value: messages / seconds },
    { metric: `${load}, us CPU each`, value: (cpu / messages) * 1e6 },
  ];
}

/**
 * Fills a durable queue, looks at the broker's memory, and drains it.
 *
 * @param {import('./embedded.js').Running} broker
 * @param {number} count
 */
export async function measureBacklog(broker, count) {
  const before = await residentMB(broker.pid);
  await runClient([broker.url, 'fill', String(count)]);
  // What is only garbage has a moment to go.
  await sleep(500);
  const grown = (await residentMB(broker.pid)) - before;
  return [
    { metric: 'memory of 100,000 queued, MB', value: (grown / count) * 100_000 },
    ...(await measureLoad(broker, 'drain of a backlog', count)),
  ];
}

/**
 * @param {string[]} args
 * @returns {Promise<{ messages: number, seconds: number }>}
 */
async function runClient(args) {
  const child = spawn(process.execPath, [client, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  const [line] = await Promise.race([
    once(createInterface({ input: child.stdout }), 'line'),
    exited.then(([code]) => Promise.reject(new Error(`the client (${args[1]}) exited with ${code}`))),
  ]);
  await exited;
  return JSON.parse(line);
}

/**
 * User and system time of a process with all its threads: fields 14 and 15 of /proc/<pid>/stat, proc(5).
 *
 * @param {number} pid
 */
async function cpuSeconds(pid) {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS;
}

/** @param {number} pid */
async function residentMB(pid) {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
}
