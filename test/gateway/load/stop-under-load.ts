import { setTimeout as sleep } from 'node:timers/promises';
import { type Bundle, gatewayProcess } from '../setup/gateway-process.js';
import { keepAsking } from '../setup/keep-asking.js';
import { addInstance } from '../setup/test-gateway.js';
import { httpUpstream } from '../setup/upstream.js';
import { waitUntil } from '../setup/wait-until.js';

export interface Stopped {
  served: number;
  /** How connections ended other than by an answer that said that it is the last. */
  otherEnds: string[];
  exitCode: number | null;
}

/** A gateway's process is told to stop while clients ask again and again with POSTs, none of which may be repeated. */
export async function stopUnderLoad(
  bundle: Bundle,
  { connections, workers }: { connections: number; workers: number },
): Promise<Stopped> {
  await using upstream = await httpUpstream((incoming, outgoing) => {
    incoming.resume().on('end', () => setTimeout(() => outgoing.end('ok'), 2));
  });
  const env = { MSCLI_GATEWAY_SETTINGS: JSON.stringify({ workers }) };
  const discover: Parameters<typeof gatewayProcess>[1] = (draft) => {
    draft.routes.push({ path: '/', service: 'a-service', stripPrefix: false });
    addInstance(draft, 'a-service', upstream.url, 1);
  };
  await using gateway = await gatewayProcess(bundle.file, discover, env);
  const load = Array.from({ length: connections }, () => keepAsking(gateway.port));
  await waitUntil(() => load.every(({ ids }) => ids.length > 3), 'the load');
  await sleep(Math.random() * 100);
  gateway.child.kill('SIGTERM');
  const ends = await Promise.all(load.map(({ ended }) => ended));
  return {
    served: load.reduce((sum, { ids }) => sum + ids.length, 0),
    otherEnds: ends.filter((end) => end !== 'told'),
    exitCode: await gateway.exit,
  };
}
