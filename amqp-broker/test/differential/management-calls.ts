import { setTimeout as sleep } from 'node:timers/promises';
import type { Client, Scenario } from './observe.js';

export type Json = Record<string, unknown>;

/** One call: what was answered, without what must differ. */
export async function call(
  { management }: Client,
  method: string,
  path: string,
  body?: unknown,
  credentials?: string,
): Promise<Json> {
  const response = await request(management, method, path, body, credentials);
  const text = await response.text();
  const location = response.headers.get('location');
  return {
    status: response.status,
    ...(location === null ? {} : { location: hashless(location) }),
    ...(text === '' ? {} : { body: comparable(JSON.parse(text)) }),
  };
}

export function request(
  management: string,
  method: string,
  path: string,
  body?: unknown,
  credentials = 'guest:guest',
): Promise<Response> {
  return fetch(`${management}/api/${path}`, {
    method,
    headers: { authorization: `Basic ${btoa(credentials)}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
}

export async function list({ management }: Client, path: string): Promise<Json[]> {
  return (await (await request(management, 'GET', path)).json()) as Json[];
}

/** Asks until one passes: RabbitMQ shows connections and channels a little later than they are there. */
export async function eventually(client: Client, path: string, passes: (item: Json) => boolean): Promise<Json> {
  for (let tries = 0; tries < 400; tries += 1) {
    const item = (await list(client, path)).find(passes);
    if (item !== undefined) return item;
    await sleep(50);
  }
  throw new Error(`nothing of the kind in ${path}`);
}

export const pick = (item: Json, names: readonly string[]) =>
  Object.fromEntries(names.map((name) => [name, item[name]]));

/** The hash of binding arguments is the broker's own. */
const hashless = (text: string) => text.replace(/~[\w-]{6}$/, '~hash');

/** Members that only RabbitMQ has, and the order of members, are left out. */
export function comparable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(comparable);
  if (typeof value === 'string') return hashless(value).replaceAll(/\s*\n\s*/g, '');
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([name]) => !ONLY_RABBITMQ.has(name));
  return Object.fromEntries(
    entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, item]) => [name, comparable(item)]),
  );
}

const ONLY_RABBITMQ = new Set([
  'cluster_state',
  'incoming',
  'message_stats',
  'messages',
  'messages_ready',
  'messages_unacknowledged',
  'outgoing',
  'password_hash',
  'hashing_algorithm',
  'user_who_performed_action',
]);

/** A scenario in a virtual host of its own, which is gone afterwards. */
export const within = (name: string, work: (client: Client, vhost: string) => Promise<unknown>): Scenario => ({
  name: `management: ${name}`,
  run: async (client) => {
    const vhost = name.replaceAll(/\W+/g, '-').slice(0, 40);
    await call(client, 'PUT', `vhosts/${vhost}`);
    try {
      return await work(client, vhost);
    } finally {
      await call(client, 'DELETE', `vhosts/${vhost}`);
    }
  },
});
