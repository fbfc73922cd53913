import { availableParallelism } from 'node:os';
import { VERSION } from '../connection/server-properties.js';
import { EXCHANGE_TYPES } from '../exchange/exchange.js';
import { type Answer, found } from './answer.js';
import type { Call } from './call.js';
import { NODE } from './node.js';
import { countQueues } from './queue-totals.js';

export function overview({ api }: Call): Answer {
  const sessions = [...api.connections].flatMap(({ session }) => session ?? []);
  const queues = api.hosts.all.flatMap((host) => [...host.queues.values()]);
  const context = { node: NODE, description: 'RabbitMQ Management', path: '/', ip: '127.0.0.1' };
  return found({
    management_version: VERSION,
    rates_mode: 'none',
    exchange_types: exchangeTypes(),
    product_version: VERSION,
    product_name: 'mscli amqp-broker',
    rabbitmq_version: VERSION,
    cluster_name: 'amqp-broker',
    disable_stats: false,
    enable_queue_totals: false,
    queue_totals: countQueues(api.hosts.all),
    object_totals: {
      channels: sessions.reduce((sum, { channels }) => sum + channels.size, 0),
      connections: sessions.length,
      consumers: queues.reduce((sum, { consumers }) => sum + consumers.size, 0),
      exchanges: api.hosts.all.reduce((sum, { exchanges }) => sum + exchanges.size, 0),
      queues: queues.length,
    },
    node: NODE,
    listeners: [
      { node: NODE, protocol: 'amqp', port: api.ports.amqp },
      { node: NODE, protocol: 'http', ip_address: '127.0.0.1', port: api.ports.http },
    ],
    contexts: [{ ...context, port: String(api.ports.http) }],
  });
}

export function listNodes({ api }: Call): Answer {
  return found([
    {
      name: NODE,
      type: 'disc',
      running: true,
      os_pid: String(process.pid),
      processors: availableParallelism(),
      uptime: Math.round(process.uptime() * 1000),
      mem_used: process.memoryUsage.rss(),
      mem_alarm: memoryAlarm(api),
      disk_free_alarm: false,
      exchange_types: exchangeTypes(),
    },
  ]);
}

/** Whether publishers are blocked. */
export function alarms({ api }: Call): Answer {
  if (!memoryAlarm(api)) return found({ status: 'ok' });
  const alarm = { node: NODE, resource: 'memory' };
  return { status: 503, body: { status: 'failed', reason: 'There are alarms in effect', alarms: [alarm] } };
}

function memoryAlarm({ hosts }: Call['api']): boolean {
  return hosts.all.some(({ journal }) => journal.pager.high);
}

function exchangeTypes(): unknown {
  return EXCHANGE_TYPES.map((name) => ({ name, enabled: true }));
}
