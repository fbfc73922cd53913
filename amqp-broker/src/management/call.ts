import type { Accounts } from '../connection/accounts.js';
import type { Connection } from '../connection/connection.js';
import type { Rates } from '../rates.js';
import type { VirtualHost } from '../virtual-host.js';
import type { VirtualHosts } from '../virtual-hosts.js';
import { ApiError, absent } from './answer.js';
import { bytes } from './text.js';

/** What the calls of the API look at and change. */
export interface Api {
  readonly hosts: VirtualHosts;
  readonly users: Accounts;
  readonly rates: Rates;
  readonly connections: ReadonlySet<Connection>;
  /** Ports that are listened on. */
  readonly ports: { readonly amqp: number; readonly http: number };
  readonly startedAt: number;
}

/** One request, checked and taken apart. */
export interface Call {
  readonly api: Api;
  /** Who asks. */
  readonly user: string;
  /** The parts of the path that the route names, decoded. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** The body's members; none for a request without a body. */
  readonly body: Readonly<Record<string, unknown>>;
  /** The text of the header X-Reason. */
  readonly reason: string | undefined;
}

/** A part of the path as AMQP has it. */
export function param({ params }: Call, name: string): string {
  return bytes(params[name] ?? '');
}

/** The virtual host in the path, whoever may use it. */
export function anyHostOf(call: Call): VirtualHost {
  const host = call.api.hosts.get(param(call, 'vhost'));
  if (host === undefined) throw absent();
  return host;
}

/** The virtual host in the path, which the caller may use. */
export function hostOf(call: Call): VirtualHost {
  return usable(call, anyHostOf(call));
}

/** The virtual host in the path of a call that puts something into it. */
export function targetOf(call: Call): VirtualHost {
  const host = call.api.hosts.get(param(call, 'vhost'));
  if (host === undefined) throw new ApiError(404, 'not_found', 'vhost_not_found');
  return usable(call, host);
}

/** The virtual host in the path, or all that the caller may use where there is none. */
export function hostsOf(call: Call): readonly VirtualHost[] {
  if (call.params.vhost !== undefined) return [hostOf(call)];
  return call.api.hosts.all.filter(({ name }) => call.api.users.mayUse(call.user, name));
}

/** Refuses a body without the members that are needed, in RabbitMQ's words. */
export function requireKeys({ body }: Call, keys: readonly string[]): void {
  const missing = keys.filter((key) => body[key] === undefined).map((key) => `{key_missing,${key}}`);
  if (missing.length > 0) throw new ApiError(400, 'bad_request', `[${missing.join(',')}]`);
}

function usable({ api, user }: Call, host: VirtualHost): VirtualHost {
  if (api.users.mayUse(user, host.name)) return host;
  throw new ApiError(401, 'not_authorised', 'User not authorised to access virtual host');
}
