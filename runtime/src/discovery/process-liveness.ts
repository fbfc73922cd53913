import { readFileSync } from 'node:fs';

/**
 * Whether a process of this machine is running. A zombie (ended, not yet reaped) is not.
 *
 * @param pid - the process
 * @param start - its {@link processStartTime} when it was recorded; another process with a reused pid is then told apart
 */
export function isAlive(pid: number, start?: string): boolean {
  if (!answersSignals(pid)) return false;
  const stat = readStat(pid);
  if (stat === undefined) return true;
  if (stat.state === 'Z' || stat.state === 'X') return false;
  return start === undefined || start === stat.start;
}

/**
 * When a process started, in a form that is only good for comparing: on Linux the clock ticks since boot
 * (field 22 of `/proc/<pid>/stat`, proc(5)).
 *
 * @returns undefined where the system does not tell, or when there is no such process
 */
export function processStartTime(pid: number): string | undefined {
  return readStat(pid)?.start;
}

function answersSignals(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function readStat(pid: number): { state: string; start: string } | undefined {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return undefined;
  }
  // The second field is the command in parentheses and may itself hold spaces and parentheses.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [state, start] = [fields[0], fields[19]];
  return state === undefined || start === undefined ? undefined : { state, start };
}
