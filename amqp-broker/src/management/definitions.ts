import { PRODUCT, RABBITMQ_VERSION, VERSION } from '../connection/server-properties.js';
import type { VirtualHost } from '../virtual-host.js';
import { type Answer, ApiError, DONE, found } from './answer.js';
import { addBinding } from './bindings.js';
import { anyHostOf, type Call } from './call.js';
import { putExchange } from './exchanges.js';
import { toJson } from './fields.js';
import { EVERYTHING, grant } from './permissions.js';
import { putQueue } from './queues.js';
import { bytes, text } from './text.js';
import { putAccount, userView } from './users.js';

type Definition = Call['body'];

/** All that is declared: what a file of definitions is made of. */
export function exportDefinitions({ api }: Call): Answer {
  const hosts = api.hosts.all;
  const within = hosts.map((host) => topologyOf(host, true));
  return found({
    rabbit_version: RABBITMQ_VERSION,
    rabbitmq_version: RABBITMQ_VERSION,
    product_name: PRODUCT,
    product_version: VERSION,
    users: api.users.names.flatMap((name) => {
      const account = api.users.find(name);
      return account === undefined ? [] : [userView(name, account)];
    }),
    vhosts: hosts.map(({ name }) => ({ name: text(name) })),
    permissions: hosts.flatMap(({ name }) =>
      api.users.names
        .filter((user) => api.users.mayUse(user, name))
        .map((user) => ({ user, vhost: text(name), ...EVERYTHING })),
    ),
    topic_permissions: [],
    parameters: [],
    global_parameters: [],
    policies: [],
    queues: within.flatMap(({ queues }) => queues),
    exchanges: within.flatMap(({ exchanges }) => exchanges),
    bindings: within.flatMap(({ bindings }) => bindings),
  });
}

/** What is declared in one virtual host. */
export function exportHost(call: Call): Answer {
  const host = anyHostOf(call);
  return found({ rabbit_version: RABBITMQ_VERSION, parameters: [], policies: [], ...topologyOf(host, false) });
}

/** Declares what a file of definitions holds. What is there already stays as it is, as in RabbitMQ. */
export async function importDefinitions(call: Call): Promise<Answer> {
  refuseUnsupported(call);
  for (const { name } of listIn(call, 'vhosts')) await call.api.hosts.create(bytes(String(name)));
  for (const user of listIn(call, 'users')) putAccount(call, String(user.name), user);
  for (const permission of listIn(call, 'permissions')) {
    grant(call, String(permission.user), bytes(String(permission.vhost)), permission);
  }
  await importTopology(call, undefined);
  return DONE;
}

export async function importHost(call: Call): Promise<Answer> {
  refuseUnsupported(call);
  anyHostOf(call);
  await importTopology(call, call.params.vhost);
  return DONE;
}

async function importTopology(call: Call, vhost: string | undefined): Promise<void> {
  const into = (body: Definition, params: object): Call => {
    const host = vhost ?? String(body.vhost);
    if (call.api.hosts.get(bytes(host)) === undefined) throw new ApiError(400, 'bad_request', ['no_such_vhost', host]);
    return { ...call, body, params: { vhost: host, ...params } };
  };
  for (const each of listIn(call, 'queues')) {
    const one = into(each, { queue: String(each.name) });
    if (call.api.hosts.get(bytes(one.params.vhost ?? ''))?.queues.has(bytes(String(each.name)))) continue;
    await putQueue(one);
  }
  for (const each of listIn(call, 'exchanges')) {
    const one = into(each, { exchange: String(each.name) });
    if (call.api.hosts.get(bytes(one.params.vhost ?? ''))?.exchanges.has(bytes(String(each.name)))) continue;
    await putExchange(one);
  }
  for (const each of listIn(call, 'bindings')) {
    const destination = String(each.destination);
    const end = each.destination_type === 'exchange' ? { exchange: destination } : { queue: destination };
    await addBinding(into(each, { source: String(each.source), ...end }));
  }
}

/** Definitions that this broker would not obey. */
function refuseUnsupported(call: Call): void {
  for (const name of ['policies', 'parameters', 'topic_permissions']) {
    if (listIn(call, name).length > 0) throw new ApiError(400, 'bad_request', `this broker has no ${name}`);
  }
}

function listIn({ body }: Call, name: string): readonly Definition[] {
  const list = body[name] ?? [];
  if (Array.isArray(list) && list.every((each) => typeof each === 'object' && each !== null)) return list;
  throw new ApiError(400, 'bad_request', `${name} must be a list of objects`);
}

/** What everybody has, and exclusive queues, are left out. */
function topologyOf({ name, queues, exchanges }: VirtualHost, named: boolean) {
  const vhost = named ? { vhost: text(name) } : {};
  const declared = [...exchanges.values()].filter(
    (exchange) => exchange.name !== '' && !exchange.name.startsWith('amq.'),
  );
  return {
    queues: [...queues.values()]
      .filter(({ owner }) => owner === undefined)
      .map((queue) => ({
        name: text(queue.name),
        ...vhost,
        durable: queue.durable,
        auto_delete: queue.autoDelete,
        arguments: toJson(queue.arguments),
      })),
    exchanges: declared.map((exchange) => ({
      name: text(exchange.name),
      ...vhost,
      type: exchange.type,
      durable: exchange.durable,
      auto_delete: exchange.autoDelete,
      internal: exchange.internal,
      arguments: toJson(exchange.arguments),
    })),
    bindings: [...exchanges.values()].flatMap(({ outgoing }) =>
      [...outgoing.values()].map((binding) => ({
        source: text(binding.source.name),
        ...vhost,
        destination: text(binding.destination.name),
        destination_type: binding.destination.kind,
        routing_key: text(binding.routingKey),
        arguments: toJson(binding.arguments),
      })),
    ),
  };
}
