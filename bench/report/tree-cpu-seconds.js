import { readFile } from 'node:fs/promises';
import { cpuSeconds } from './cpu-seconds.js';

/**
 * {@link cpuSeconds} of a process and of all that it has started and that still run.
 *
 * @param {number} pid
 * @returns {Promise<number>}
 */
export async function treeCpuSeconds(pid) {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
  const pids = children.split(' ').filter((text) => text.trim() !== '');
  const all = await Promise.all([cpuSeconds(pid), ...pids.map((child) => treeCpuSeconds(Number(child)))]);
  return all.reduce((sum, seconds) => sum + seconds, 0);
}
