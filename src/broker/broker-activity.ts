import * as z from 'zod';
import type { RememberedBroker } from './broker-file.js';

/** What a broker does now. Rates are messages a second. */
export interface BrokerActivity {
  connections: number;
  channels: number;
  consumers: number;
  /** In all queues. */
  messages: { waiting: number; unacknowledged: number };
  rates: { published: number; delivered: number; acknowledged: number; confirmed: number };
  /** Bytes that the broker's process takes. */
  memoryBytes?: number;
  queues: QueueActivity[];
}

export interface QueueActivity {
  vhost: string;
  name: string;
  waiting: number;
  unacknowledged: number;
  consumers: number;
  rates: { published: number; delivered: number; acknowledged: number };
}

/**
 * Asks the management API on this machine, which is RabbitMQ's in Docker, and the embedded broker's own. Answers `undefined`
 * where there is none, and when it does not answer soon: nobody waits for figures.
 */
export async function brokerActivity(
  { url, managementPort }: Pick<RememberedBroker, 'url' | 'managementPort'>,
  { signal, timeoutMs = 1_000 }: { signal: AbortSignal; timeoutMs?: number },
): Promise<BrokerActivity | undefined> {
  if (managementPort === undefined) return undefined;
  const soon = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  const { username, password } = new URL(url);
  const credentials = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`);
  const get = async (path: string): Promise<unknown> => {
    const response = await fetch(`http://127.0.0.1:${managementPort}/api/${path}`, {
      headers: { authorization: `Basic ${credentials.toString('base64')}` },
      signal: soon,
    });
    return response.json();
  };
  try {
    const [overview, queues, nodes] = await Promise.all([
      get('overview'),
      get(`queues?columns=${COLUMNS}`),
      get('nodes'),
    ]);
    return activityOf(overviewShape.parse(overview), z.array(queueShape).parse(queues), nodesShape.parse(nodes));
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}

const COLUMNS = 'vhost,name,messages_ready,messages_unacknowledged,consumers,message_stats';

const count = z.number().catch(0);
const rate = z.object({ rate: count }).catch({ rate: 0 });
/** RabbitMQ leaves out what has not happened yet. */
const messageStats = z
  .object({ publish_details: rate, deliver_get_details: rate, ack_details: rate, confirm_details: rate })
  .catch({
    publish_details: { rate: 0 },
    deliver_get_details: { rate: 0 },
    ack_details: { rate: 0 },
    confirm_details: { rate: 0 },
  });
const totals = { messages_ready: count, messages_unacknowledged: count };

const overviewShape = z.object({
  object_totals: z.object({ connections: count, channels: count, consumers: count }),
  queue_totals: z.object(totals).catch({ messages_ready: 0, messages_unacknowledged: 0 }),
  message_stats: messageStats,
});
const queueShape = z.object({
  ...totals,
  vhost: z.string(),
  name: z.string(),
  consumers: count,
  message_stats: messageStats,
});
const nodesShape = z.array(z.object({ mem_used: z.number().optional() }));

function activityOf(
  { object_totals: objects, queue_totals: held, message_stats: stats }: z.infer<typeof overviewShape>,
  queues: z.infer<typeof queueShape>[],
  [node]: z.infer<typeof nodesShape>,
): BrokerActivity {
  return {
    connections: objects.connections,
    channels: objects.channels,
    consumers: objects.consumers,
    messages: { waiting: held.messages_ready, unacknowledged: held.messages_unacknowledged },
    rates: { ...ratesOf(stats), confirmed: stats.confirm_details.rate },
    ...(node?.mem_used === undefined ? {} : { memoryBytes: node.mem_used }),
    queues: queues.map(({ vhost, name, consumers, message_stats: ofQueue, ...messages }) => ({
      vhost,
      name,
      waiting: messages.messages_ready,
      unacknowledged: messages.messages_unacknowledged,
      consumers,
      rates: ratesOf(ofQueue),
    })),
  };
}

function ratesOf(stats: z.infer<typeof messageStats>): QueueActivity['rates'] {
  const { publish_details: publish, deliver_get_details: deliver, ack_details: ack } = stats;
  return { published: publish.rate, delivered: deliver.rate, acknowledged: ack.rate };
}
