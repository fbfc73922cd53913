import { isAlive, readDiscovery } from '@mscli/runtime/discovery';
import type { GatewayProcess } from './gateway-process.js';

/** The pids of a gateway's living workers, by their ids. */
export async function workersOf({ path }: GatewayProcess): Promise<Map<string, number>> {
  const { instances } = await readDiscovery(path);
  return new Map(
    Object.values(instances)
      .filter(({ workerOf, pid, processStart }) => workerOf === 'gateway-1' && isAlive(pid ?? 0, processStart))
      .map(({ id, pid = 0 }) => [id, pid]),
  );
}

/** Which worker answered the request with this id, by the log. */
export function answeredBy({ lines }: GatewayProcess, requestId: string | undefined): unknown {
  return lines.find((line) => line.requestId === requestId)?.instance;
}
