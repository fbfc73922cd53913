import { join } from 'node:path';
import type { RememberedBroker } from './broker-file.js';
import type { BrokerPlan } from './broker-plan.js';
import { newPassword } from './docker/container-record.js';

export interface PlanOptions {
  reason: string;
  remembered: RememberedBroker | undefined;
  onNote: (text: string) => void;
  /** Finds a port: the preferred one if it is free. */
  findPort: (preferred: number) => Promise<number>;
}

/** The broker that comes with mscli, with the credentials and on the ports it had before, else on those of RabbitMQ if they are free. */
export async function planEmbedded(
  { stateFolder }: { stateFolder: string },
  { reason, remembered, onNote, findPort }: PlanOptions,
): Promise<BrokerPlan> {
  const known = remembered?.kind === 'embedded' ? remembered : undefined;
  const url = known && new URL(known.url);
  const before = url && Number(url.port);
  const port = await findPort(before ?? 5672);
  const managementPort = await findPort(known?.managementPort ?? 15672);
  if (before !== undefined && port !== before) {
    onNote(`Port ${before}, which the broker had before, is taken; it listens on ${port} now.`);
  }
  return {
    kind: 'embedded',
    url: `amqp://${url?.username || 'mscli'}:${url?.password || newPassword()}@127.0.0.1:${port}`,
    reason,
    port,
    managementPort,
    dataFolder: join(stateFolder, 'broker'),
  };
}
