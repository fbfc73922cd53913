import type { ProcessStatus, Status } from '../control/protocol.js';
import { failure } from '../errors.js';
import { suggesting } from '../workspace/nearest.js';

/**
 * The processes that are meant by names as people give them: of a process, of a service (all its instances), of an instance.
 * Fails with `NOT_FOUND` and the nearest name.
 */
export function selectProcesses({ processes }: Pick<Status, 'processes'>, names: readonly string[]): ProcessStatus[] {
  const selected = names.flatMap((wanted) => {
    const found = processes.filter(({ name, service, instanceId }) => [name, service, instanceId].includes(wanted));
    if (found.length > 0) return found;
    const known = [...new Set(processes.flatMap(({ name, service }) => [name, service]))];
    throw failure('NOT_FOUND', suggesting(`No process or service is called "${wanted}"`, wanted, known), {
      hint: '`mscli ps` lists them.',
    });
  });
  return [...new Set(selected)];
}
