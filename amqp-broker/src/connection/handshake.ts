import type { FieldTable } from '../codec/field.js';
import type { Method, MethodNamed } from '../codec/method-spec.js';
import { AmqpError } from '../errors.js';
import type { VirtualHost } from '../virtual-host.js';
import type { VirtualHosts } from '../virtual-hosts.js';
import type { Accounts } from './accounts.js';
import { authenticate, MECHANISMS } from './authenticate.js';
import type { Output } from './output.js';
import { serverProperties } from './server-properties.js';
import { type Limits, negotiate } from './tune.js';

/** Who connects. */
interface Client {
  user: string;
  /** How it authenticated. */
  mechanism: string;
  clientProperties: FieldTable;
}

/** What one method of the client led to. */
export type Progress =
  | { kind: 'more'; limits?: Limits }
  | { kind: 'refused'; error: AmqpError; announce: boolean }
  | ({ kind: 'open'; host: VirtualHost; capabilities: ReadonlySet<string>; limits: Limits } & Client);

/** The handshake in progress; each method of the client moves it on. */
export interface HandshakeState {
  next(method: Method): Progress;
}

export interface HandshakeOptions {
  output: Output;
  users: Accounts;
  hosts: Pick<VirtualHosts, 'get'>;
  fromLoopback: boolean;
  /** Offered in connection.tune. */
  offer: Limits;
  /** Called at connection.open; throws when there is no room for one more. */
  admit(): void;
}

type Step =
  | { kind: 'starting' }
  | { kind: 'tuning'; client: Client; capabilities: ReadonlySet<string> }
  | { kind: 'opening'; client: Client; capabilities: ReadonlySet<string>; limits: Limits };

/** Sends connection.start and leads the client to connection.open-ok (AMQP 0-9-1 §1.4.1). */
export function handshake({ output, users, hosts, fromLoopback, offer, admit }: HandshakeOptions): HandshakeState {
  let step: Step = { kind: 'starting' };
  output.method(0, 'connection.start', {
    versionMajor: 0,
    versionMinor: 9,
    serverProperties: serverProperties(),
    mechanisms: MECHANISMS,
    locales: 'en_US',
  });
  const start = (method: MethodNamed<'connection.start-ok'>): Progress => {
    const { clientProperties } = method;
    const capabilities = capabilitiesOf(clientProperties);
    try {
      const user = authenticate(method.mechanism, method.response, users, fromLoopback);
      step = {
        kind: 'tuning',
        client: { user: Buffer.from(user).toString('latin1'), mechanism: method.mechanism, clientProperties },
        capabilities,
      };
    } catch (error) {
      if (!(error instanceof AmqpError) || error.reply !== 'ACCESS_REFUSED') throw error;
      return { kind: 'refused', error, announce: capabilities.has('authentication_failure_close') };
    }
    output.method(0, 'connection.tune', { ...offer });
    return { kind: 'more' };
  };
  return {
    next(method) {
      if (step.kind === 'starting' && method.method === 'connection.start-ok') return start(method);
      if (step.kind === 'tuning' && method.method === 'connection.tune-ok') {
        const limits = negotiate(offer, method);
        step = { kind: 'opening', client: step.client, capabilities: step.capabilities, limits };
        return { kind: 'more', limits };
      }
      if (step.kind === 'opening' && method.method === 'connection.open') {
        const host = hosts.get(method.virtualHost);
        if (host === undefined) throw new AmqpError('NOT_ALLOWED', `vhost ${method.virtualHost} not found`);
        requireUse(users, step.client.user, host.name);
        admit();
        output.method(0, 'connection.open-ok', { reserved1: '' });
        return { kind: 'open', ...step.client, host, capabilities: step.capabilities, limits: step.limits };
      }
      throw new AmqpError('COMMAND_INVALID', `unexpected method ${method.method} while ${step.kind}`);
    },
  };
}

/** RabbitMQ's words. */
function requireUse(users: Accounts, user: string, host: string): void {
  if (users.mayUse(Buffer.from(user, 'latin1').toString('utf8'), host)) return;
  throw new AmqpError('NOT_ALLOWED', `access to vhost '${host}' refused for user '${user}'`);
}

function capabilitiesOf(properties: FieldTable): ReadonlySet<string> {
  const field = properties.get('capabilities');
  if (field?.type !== 'table') return new Set();
  return new Set([...field.value].filter(([, value]) => value.value === true).map(([name]) => name));
}
