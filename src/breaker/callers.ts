import { type Discovery, type Instance, isAlive } from '@mscli/runtime/discovery';
import type { BreakerName } from './check-breaker-name.js';

/** The running instances that have the named breaker: those of its caller, without those whose workers do the calling. */
export function callersOf(
  snapshot: Readonly<Discovery>,
  { caller }: BreakerName,
  alive: (pid: number, start?: string) => boolean = isAlive,
): Instance[] {
  const running = Object.values(snapshot.instances)
    .filter(({ service }) => caller === '*' || service === caller)
    .filter(({ pid, processStart }) => pid === undefined || alive(pid, processStart));
  const leading = new Set(running.map(({ workerOf }) => workerOf));
  return running.filter(({ id }) => !leading.has(id)).sort((left, right) => left.id.localeCompare(right.id));
}
