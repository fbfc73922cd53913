import type { Rates } from '../rates.js';
import { DEFAULT_HOST } from '../resource.js';
import type { VirtualHost } from '../virtual-host.js';
import { isHostName } from '../virtual-hosts.js';
import { type Answer, ApiError, absent, CREATED, DONE, found } from './answer.js';
import { anyHostOf, type Call, hostOf, hostsOf, param } from './call.js';
import { hostMessageStats } from './message-stats.js';
import { NODE } from './node.js';
import { countQueues } from './queue-totals.js';
import { isMonitor } from './tags.js';
import { text } from './text.js';

export function listHosts(call: Call): Answer {
  const hosts = isMonitor(call) ? call.api.hosts.all : hostsOf(call);
  return found(hosts.map((host) => view(host, call.api.rates)));
}

export function readHost(call: Call): Answer {
  return found(view(isMonitor(call) ? anyHostOf(call) : hostOf(call), call.api.rates));
}

/** Who makes a virtual host may use it. */
export async function putHost(call: Call): Promise<Answer> {
  const name = param(call, 'vhost');
  if (!isHostName(name)) throw new ApiError(400, 'bad_request', 'the vhost name is empty or too long');
  if (!(await call.api.hosts.create(name))) return DONE;
  call.api.users.find(call.user)?.hosts?.add(name);
  return CREATED;
}

/** Removes a virtual host with all that is in it; its connections are closed. */
export async function removeHost(call: Call): Promise<Answer> {
  const { api } = call;
  const host = api.hosts.get(param(call, 'vhost'));
  if (host === undefined) throw absent();
  if (host.name === DEFAULT_HOST) throw new ApiError(400, 'bad_request', 'the default vhost cannot be deleted');
  for (const connection of api.connections) {
    if (connection.session?.host === host) connection.shutdown(`vhost '${host.name}' is deleted`);
  }
  if (!(await api.hosts.remove(host.name))) throw absent();
  api.users.forgetHost(host.name);
  return DONE;
}

function view(host: VirtualHost, rates: Rates): unknown {
  const description = host.name === DEFAULT_HOST ? 'Default virtual host' : '';
  return {
    name: text(host.name),
    description,
    tags: [],
    default_queue_type: 'undefined',
    metadata: { description, tags: [] },
    tracing: false,
    cluster_state: { [NODE]: 'running' },
    ...countQueues([host]),
    message_stats: hostMessageStats([host.counters], rates),
  };
}
