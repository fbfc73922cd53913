import { createHash } from 'node:crypto';
import { bind, unbind } from '../exchange/bind.js';
import type { Binding, Destination } from '../exchange/binding.js';
import type { Exchange } from '../exchange/exchange.js';
import { requireAccess } from '../queue/declare.js';
import type { Queue } from '../queue/queue.js';
import { notFound, refuseDefaultExchange } from '../resource.js';
import type { VirtualHost } from '../virtual-host.js';
import { type Answer, absent, DONE, found } from './answer.js';
import { type Call, hostOf, hostsOf, param, targetOf } from './call.js';
import { fromJson, toJson } from './fields.js';
import { bytes, text } from './text.js';

/** A binding as the API shows it; those of the default exchange are not kept, so they have no object of their own. */
interface Shown {
  readonly source: Exchange;
  readonly destination: Destination;
  readonly routingKey: string;
  readonly arguments: Binding['arguments'];
}

export function listBindings(call: Call): Answer {
  return found(hostsOf(call).flatMap((host) => bindingViews(host, () => true)));
}

/** The bindings of a host that pass, those of the default exchange included. */
export function bindingViews(host: VirtualHost, passes: (binding: Shown) => boolean): unknown[] {
  return [...bindingsOf(host)].filter(passes).map((binding) => view(binding, host));
}

export function bindingsBetween(call: Call): Answer {
  const { host, source, destination } = endsOf(call, hostOf(call));
  return found(bindingViews(host, (binding) => binding.source === source && binding.destination === destination));
}

export async function addBinding(call: Call): Promise<Answer> {
  const { host, source, destination } = endsOf(call, targetOf(call));
  refuseDefaultExchange(source.name);
  if (destination.kind === 'queue') requireAccess(destination as Queue, call, host.name);
  const routingKey = typeof call.body.routing_key === 'string' ? bytes(call.body.routing_key) : '';
  const args = fromJson(call.body.arguments);
  if (bind(host, source, destination, routingKey, args)) await host.journal.flush();
  const key = propertiesKey({ source, destination, routingKey, arguments: args });
  return { status: 201, location: `${encodeURIComponent(text(destination.name))}/${encodeURIComponent(key)}` };
}

export function readBinding(call: Call): Answer {
  return found(view(bindingOf(call), hostOf(call)));
}

export async function removeBinding(call: Call): Promise<Answer> {
  const host = hostOf(call);
  const { source, destination, routingKey, arguments: args } = bindingOf(call);
  refuseDefaultExchange(source.name);
  if (unbind(host, source, destination, routingKey, args)) await host.journal.flush();
  return DONE;
}

function* bindingsOf({ exchanges, queues }: VirtualHost): Generator<Shown> {
  const source = exchanges.get('') as Exchange;
  for (const queue of queues.values()) {
    yield { source, destination: queue, routingKey: queue.name, arguments: new Map() };
  }
  for (const exchange of exchanges.values()) yield* exchange.outgoing.values();
}

function bindingOf(call: Call): Shown {
  const { host, source, destination } = endsOf(call, hostOf(call));
  for (const binding of bindingsOf(host)) {
    if (binding.source !== source || binding.destination !== destination) continue;
    if (propertiesKey(binding) === call.params.key) return binding;
  }
  throw absent();
}

function endsOf(call: Call, host: VirtualHost): { host: VirtualHost; source: Exchange; destination: Destination } {
  const source = exchangeNamed(host, param(call, 'source'));
  if (call.params.queue === undefined) {
    return { host, source, destination: exchangeNamed(host, param(call, 'exchange')) };
  }
  const destination = host.queues.get(param(call, 'queue'));
  if (destination === undefined) throw notFound('queue', param(call, 'queue'), host.name);
  return { host, source, destination };
}

function exchangeNamed(host: VirtualHost, name: string): Exchange {
  const exchange = host.exchanges.get(name === 'amq.default' ? '' : name);
  if (exchange === undefined) throw notFound('exchange', name, host.name);
  return exchange;
}

function view(binding: Shown, host: VirtualHost): unknown {
  return {
    source: text(binding.source.name),
    vhost: text(host.name),
    destination: text(binding.destination.name),
    destination_type: binding.destination.kind,
    routing_key: text(binding.routingKey),
    arguments: toJson(binding.arguments),
    properties_key: propertiesKey(binding),
  };
}

/** What tells a binding from others between the same ends: its routing key, and a hash of its arguments where it has some. */
function propertiesKey({ routingKey, arguments: args }: Shown): string {
  const key = quoted(routingKey);
  if (args.size === 0) return key === '' ? '~' : key;
  const hash = createHash('sha256')
    .update(JSON.stringify(toJson(args)))
    .digest();
  return `${key}~${hash.subarray(0, 4).toString('base64url')}`;
}

/** As in an HTML form, with `~` spared for the hash. */
function quoted(routingKey: string): string {
  return encodeURIComponent(text(routingKey)).replaceAll('%20', '+').replaceAll('~', '%7E');
}
