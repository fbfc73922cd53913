import { type Discovery, type Instance, isAlive } from '@mscli/runtime/discovery';
import type { BreakerName } from './check-breaker-name.js';

/** The running instances that have the named breaker: those of its caller. */
export function callersOf(
  snapshot: Readonly<Discovery>,
  { caller }: BreakerName,
  alive: (pid: number, start?: string) => boolean = isAlive,
): Instance[] {
  return Object.values(snapshot.instances)
    .filter(({ service }) => caller === '*' || service === caller)
    .filter(({ pid, processStart }) => pid === undefined || alive(pid, processStart))
    .sort((left, right) => left.id.localeCompare(right.id));
}
