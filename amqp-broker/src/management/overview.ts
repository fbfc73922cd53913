import { availableParallelism } from 'node:os';
import { PRODUCT, RABBITMQ_VERSION, VERSION } from '../connection/server-properties.js';
import { EXCHANGE_TYPES } from '../exchange/exchange.js';
import { type Answer, absent, found } from './answer.js';
import type { Api, Call } from './call.js';
import { hostMessageStats } from './message-stats.js';
import { NODE } from './node.js';
import { countQueues } from './queue-totals.js';

export function overview({ api }: Call): Answer {
  const sessions = [...api.connections].flatMap(({ session }) => session ?? []);
  const queues = api.hosts.all.flatMap((host) => [...host.queues.values()]);
  const context = { node: NODE, description: 'RabbitMQ Management', path: '/', ip: '127.0.0.1' };
  return found({
    management_version: RABBITMQ_VERSION,
    rates_mode: 'basic',
    exchange_types: exchangeTypes(),
    product_version: VERSION,
    product_name: PRODUCT,
    rabbitmq_version: RABBITMQ_VERSION,
    cluster_name: 'amqp-broker',
    disable_stats: false,
    enable_queue_totals: false,
    statistics_db_event_queue: 0,
    message_stats: hostMessageStats(
      api.hosts.all.map(({ counters }) => counters),
      api.rates,
    ),
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
  return found([nodeView(api)]);
}

export function readNode({ api, params }: Call): Answer {
  if (params.node !== NODE) throw absent();
  return found(nodeView(api));
}

/** What keeps publishers from being read from. */
export function alarmsOf({ hosts }: Api): object[] {
  return hosts.all.some(({ journal }) => journal.pager.high) ? [{ node: NODE, resource: 'memory' }] : [];
}

function nodeView(api: Api): object {
  return {
    name: NODE,
    type: 'disc',
    running: true,
    os_pid: String(process.pid),
    processors: availableParallelism(),
    uptime: Math.round(process.uptime() * 1000),
    mem_used: process.memoryUsage.rss(),
    mem_alarm: alarmsOf(api).length > 0,
    disk_free_alarm: false,
    exchange_types: exchangeTypes(),
  };
}

function exchangeTypes(): unknown {
  return EXCHANGE_TYPES.map((name) => ({ name, enabled: true }));
}
