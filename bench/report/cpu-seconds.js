import { readFile } from 'node:fs/promises';

/**
 * User and system time of a process so far: fields 14 and 15 of proc_pid_stat(5), in hundredths of a second. NaN where there
 * is no /proc.
 *
 * @param {number} pid
 */
export async function cpuSeconds(pid) {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // The name, which may hold anything, is in brackets.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11] ?? Number.NaN) + Number(fields[12] ?? Number.NaN)) / 100;
}
