import { performance } from 'node:perf_hooks';
import { isAlive } from './process-liveness.js';
import type { Discovery, Instance } from './types.js';

const livenessIsKeptMs = 1000;
const cacheKey = Symbol('resolved');

/** How {@link resolve} looks at the clock and at processes. */
export interface LivenessProbe {
  /** A monotonic clock, in milliseconds. */
  now(): number;
  /** Whether a process runs, see {@link isAlive}. */
  isAlive(pid: number, start?: string): boolean;
}

interface Resolved {
  instances: readonly Instance[];
  checkedAt: number;
}

const systemProbe: LivenessProbe = { now: () => performance.now(), isAlive };

/**
 * The instances of a service that may be called: status `ready`, process alive. Whether processes are alive is looked up
 * once a second and kept with the snapshot, so that a call costs a clock reading and a map lookup. As long as nothing
 * has changed the same array comes back.
 */
export function resolve(
  snapshot: Readonly<Discovery>,
  service: string,
  probe: LivenessProbe = systemProbe,
): readonly Instance[] {
  const cache = (snapshot as { [cacheKey]?: Map<string, Resolved> })[cacheKey];
  if (cache === undefined) return lookUp(snapshot, service, probe);
  const now = probe.now();
  const known = cache.get(service);
  if (known !== undefined && now - known.checkedAt < livenessIsKeptMs) return known.instances;
  const found = lookUp(snapshot, service, probe);
  const instances = known !== undefined && isSameList(known.instances, found) ? known.instances : found;
  cache.set(service, { instances, checkedAt: now });
  return instances;
}

/** Gives a snapshot the place where {@link resolve} keeps what it has found. */
export function withResolveCache(snapshot: Discovery): Discovery {
  return Object.defineProperty(snapshot, cacheKey, { value: new Map<string, Resolved>(), enumerable: false });
}

function lookUp(snapshot: Readonly<Discovery>, service: string, probe: LivenessProbe): readonly Instance[] {
  return Object.values(snapshot.instances).filter(
    (instance) =>
      instance.service === service &&
      instance.status === 'ready' &&
      (instance.pid === undefined || probe.isAlive(instance.pid, instance.processStart)),
  );
}

function isSameList(left: readonly Instance[], right: readonly Instance[]): boolean {
  return left.length === right.length && left.every((instance, index) => instance === right[index]);
}
