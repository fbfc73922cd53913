import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Bundle, gatewayProcess } from '../setup/gateway-process.js';
import { addInstance } from '../setup/test-gateway.js';
import { httpUpstream } from '../setup/upstream.js';
import { type Asked, busyClients } from './busy-clients.js';

export interface Round {
  alone: Measured;
  /** Of the same fast clients, while the slow ones were there. */
  beside: Measured;
}

export interface Measured extends Asked {
  /** Processor time of the gateway, in seconds. */
  cpuSeconds: number;
}

/** Fast clients, each round first alone and then beside slow ones. */
export async function besideSlowClients(
  bundles: { gateway: Bundle; drip: Bundle },
  { slow, fast, rounds, ms }: { slow: number; fast: number; rounds: number; ms: number },
): Promise<Round[]> {
  const small = Buffer.alloc(1_000, 'x');
  // More than the system's own buffers take.
  const large = Buffer.alloc(10_000_000, 'x');
  await using upstream = await httpUpstream((incoming, outgoing) => {
    incoming.resume();
    incoming.on('error', () => {});
    if (incoming.method === 'POST') incoming.on('end', () => outgoing.end(small));
    else outgoing.end(incoming.url === '/large' ? large : small);
  });
  await using gateway = await gatewayProcess(bundles.gateway.file, (draft) => {
    draft.routes.push({ path: '/', service: 'a-service', stripPrefix: false });
    addInstance(draft, 'a-service', upstream.url, 1);
  });
  const { port } = gateway;
  const measure = async () => {
    const before = await cpuSeconds(gateway.child.pid);
    const load = busyClients(port, { connections: fast });
    await sleep(ms);
    const asked = await load.end();
    return { ...asked, cpuSeconds: (await cpuSeconds(gateway.child.pid)) - before };
  };
  const results: Round[] = [];
  for (let round = 0; round < rounds; round++) {
    const alone = await measure();
    const drip = spawn(process.execPath, [bundles.drip.file, String(port), String(slow)]);
    await once(drip.stdout, 'data');
    // Their coming costs something; it is their staying that is measured.
    await sleep(ms);
    results.push({ alone, beside: await measure() });
    await end(drip);
  }
  return results;
}

/** Of a process so far; 0 where the system does not tell. */
async function cpuSeconds(pid: number | undefined): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  const [user = 0, system = 0] = stat.slice(stat.lastIndexOf(')')).split(' ').slice(12, 14).map(Number);
  return (user + system) / 100;
}

async function end(child: ChildProcess): Promise<void> {
  const ended = once(child, 'close');
  child.kill('SIGKILL');
  await ended;
}
