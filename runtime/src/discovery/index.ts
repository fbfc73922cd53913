/**
 * The discovery file, `.mscli/discovery.json`: registering and resolving instances, routes, operator overrides.
 *
 * @module
 */
export { DiscoveryFile } from './discovery-file.js';
export { discoveryPath } from './discovery-path.js';
export { emptyDiscovery } from './freeze.js';
export { pruneDead, register, setStatus, withdraw } from './instances.js';
export { type LockOptions, withLock } from './lock.js';
export { beginMaintenance, endMaintenance } from './maintenance.js';
export {
  disableBreaker,
  type OverrideRequest,
  overrideFor,
  overrideKeys,
  resetBreaker,
  tripBreaker,
} from './overrides.js';
export { isAlive, processStartTime } from './process-liveness.js';
export { readDiscovery } from './read-discovery.js';
export { type LivenessProbe, resolve } from './resolve.js';
export type * from './types.js';
export { updateDiscovery } from './update-discovery.js';
