import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/** SIGTERM to the whole group, a wait to the deadline, then SIGKILL; resolves when nothing of the group runs. */
export async function stopGroup(group: number, deadlineMs: number): Promise<void> {
  signalGroup(group, 'SIGTERM');
  if (await groupEnded(group, deadlineMs)) return;
  killGroup(group);
  await groupEnded(group, 5_000);
}

/** SIGKILL to the whole group, at once. */
export function killGroup(group: number): void {
  signalGroup(group, 'SIGKILL');
}

/** Also when its members only wait to be reaped. */
function groupExists(group: number): boolean {
  return signalGroup(group, 0);
}

function signalGroup(group: number, signal: NodeJS.Signals | 0): boolean {
  // 0 and 1 would address our own group and every process there is.
  if (group <= 1) return false;
  try {
    process.kill(-group, signal);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function groupEnded(group: number, withinMs: number): Promise<boolean> {
  const deadline = performance.now() + withinMs;
  for (let pauseMs = 5; ; pauseMs = Math.min(pauseMs * 2, 100)) {
    if (!(await hasLivingMember(group))) return true;
    if (performance.now() >= deadline) return false;
    await sleep(pauseMs);
  }
}

/** Whether anything runs in the group. Members that have ended but that nobody reaps (in a container without an init) do not. */
export async function hasLivingMember(group: number): Promise<boolean> {
  if (!groupExists(group)) return false;
  if (process.platform !== 'linux') return true;
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const stat = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => '');
    const [state, , memberOf] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (Number(memberOf) === group && state !== 'Z' && state !== 'X') return true;
  }
  return false;
}
