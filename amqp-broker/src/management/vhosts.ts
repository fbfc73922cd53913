import { DEFAULT_HOST } from '../resource.js';
import type { VirtualHost } from '../virtual-host.js';
import { isHostName } from '../virtual-hosts.js';
import { type Answer, ApiError, absent, CREATED, DONE, found } from './answer.js';
import { type Call, hostOf, param } from './call.js';
import { NODE } from './node.js';
import { countQueues } from './queue-totals.js';
import { text } from './text.js';

export function listHosts({ api }: Call): Answer {
  return found(api.hosts.all.map(view));
}

export function readHost(call: Call): Answer {
  return found(view(hostOf(call)));
}

export async function putHost(call: Call): Promise<Answer> {
  const name = param(call, 'vhost');
  if (!isHostName(name)) throw new ApiError(400, 'bad_request', 'the vhost name is empty or too long');
  return (await call.api.hosts.create(name)) ? CREATED : DONE;
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
  return (await api.hosts.remove(host.name)) ? DONE : Promise.reject(absent());
}

function view(host: VirtualHost): unknown {
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
  };
}
