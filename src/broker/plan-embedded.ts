import { join } from 'node:path';
import type { RememberedBroker } from './broker-file.js';
import type { BrokerPlan } from './broker-plan.js';

export interface PlanOptions {
  reason: string;
  remembered: RememberedBroker | undefined;
  onNote: (text: string) => void;
  /** Finds a port: the preferred one if it is free. */
  findPort: (preferred: number) => Promise<number>;
}

/** The broker that comes with mscli, on the port it had before, else on AMQP's own if that is free. */
export async function planEmbedded(
  { stateFolder }: { stateFolder: string },
  { reason, remembered, onNote, findPort }: PlanOptions,
): Promise<BrokerPlan> {
  const before = remembered?.kind === 'embedded' ? Number(new URL(remembered.url).port) : undefined;
  const port = await findPort(before ?? 5672);
  if (before !== undefined && port !== before) {
    onNote(`Port ${before}, which the broker had before, is taken; it listens on ${port} now.`);
  }
  return {
    kind: 'embedded',
    url: `amqp://guest:guest@127.0.0.1:${port}`,
    reason,
    port,
    dataFolder: join(stateFolder, 'broker'),
  };
}
