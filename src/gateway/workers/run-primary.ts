import { type Discovery, updateDiscovery } from '@mscli/runtime/discovery';
import type { GatewayEnvironment } from '../environment.js';
import type { Log } from '../log.js';
import type { MetricsPage } from '../metrics/metrics-page.js';
import { registerSelf } from '../registration.js';
import { Crew } from './crew.js';
import { HandedOver } from './handed-over.js';
import { serveCrew } from './serve-crew.js';
import { SharedCounts } from './shared-counts.js';
import { WholeLines } from './whole-lines.js';
import { WorkerLimits } from './worker-limits.js';
import { becomePrimary, forkWorker } from './worker-process.js';

export interface PrimaryOptions {
  environment: GatewayEnvironment;
  /** How many workers there are. */
  count: number;
  log: Log;
  /** Resolves when it is time to stop, with the reason. */
  told: Promise<string>;
}

/** The primary of a gateway with several workers: it serves no request itself. Resolves when all is stopped; rejects when it cannot start. */
export async function runPrimary({ environment, count, log, told }: PrimaryOptions): Promise<void> {
  const { instanceId, discovery } = environment;
  const lines = new WholeLines(process.stdout);
  const counts = new SharedCounts();
  const handedOver = new HandedOver();
  becomePrimary();
  const crew = new Crew({
    ids: Array.from({ length: count }, (_, index) => `${instanceId}.${index + 1}`),
    fork(id, procedures, port) {
      const limits = new WorkerLimits(counts);
      const worker = forkWorker({
        env: workerEnvironment(id, instanceId, port),
        procedures: { ...procedures, ...limits.procedures },
        onOutput: lines.from,
        handedOver,
      });
      void worker.exited.then(() => limits[Symbol.dispose]());
      return worker;
    },
    log,
  });
  const file = { update: (change: Parameters<typeof updateDiscovery>[1]) => updateDiscovery(discovery, change) };
  let withdraw = async () => {};
  let page: MetricsPage | undefined;
  try {
    const { url } = await crew.listening;
    page = await serveCrew(crew, environment);
    withdraw = await registerSelf(file, { id: instanceId, url });
    if (page !== undefined) log({ level: 'info', msg: `metrics on ${page.url}` });
    log({ level: 'info', msg: `listening on ${url}` });
    log({ level: 'info', msg: `stopping because of ${await told}` });
  } finally {
    await page?.[Symbol.asyncDispose]();
    await crew.stop();
  }
  await file.update((draft) => forgetWorkers(draft, instanceId));
  await withdraw();
  log({ level: 'info', msg: 'stopped' });
}

/** Those that were killed could not withdraw. */
function forgetWorkers({ instances, breakers }: Discovery, instanceId: string): void {
  for (const { id, workerOf } of Object.values(instances)) {
    if (workerOf !== instanceId) continue;
    delete instances[id];
    delete breakers[id];
  }
}

function workerEnvironment(id: string, instanceId: string, port: number | undefined): Record<string, string> {
  const own = { MSCLI_INSTANCE_ID: id, MSCLI_GATEWAY_WORKER_OF: instanceId };
  return port === undefined ? own : { ...own, PORT: `${port}` };
}
