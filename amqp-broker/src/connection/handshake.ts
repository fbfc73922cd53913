import type { FieldTable } from '../codec/field.js';
import type { Method, MethodNamed } from '../codec/method-spec.js';
import { AmqpError } from '../errors.js';
import { DEFAULT_HOST } from '../resource.js';
import { authenticate, MECHANISMS, type Users } from './authenticate.js';
import type { Output } from './output.js';
import { serverProperties } from './server-properties.js';
import { type Limits, negotiate } from './tune.js';

/** What one method of the client led to. */
export type Progress =
  | { kind: 'more'; limits?: Limits }
  | { kind: 'refused'; error: AmqpError; announce: boolean }
  | { kind: 'open'; user: string; clientCapabilities: ReadonlySet<string>; limits: Limits };

/** The handshake in progress; each method of the client moves it on. */
export interface HandshakeState {
  next(method: Method): Progress;
}

export interface HandshakeOptions {
  output: Output;
  users: Users;
  fromLoopback: boolean;
  /** Offered in connection.tune. */
  offer: Limits;
  /** Called at connection.open; throws when there is no room for one more. */
  admit(): void;
}

type Step =
  | { kind: 'starting' }
  | { kind: 'tuning'; user: string; capabilities: ReadonlySet<string> }
  | { kind: 'opening'; user: string; capabilities: ReadonlySet<string>; limits: Limits };

/** Sends connection.start and leads the client to connection.open-ok (AMQP 0-9-1 §1.4.1). */
export function handshake({ output, users, fromLoopback, offer, admit }: HandshakeOptions): HandshakeState {
  let step: Step = { kind: 'starting' };
  output.method(0, 'connection.start', {
    versionMajor: 0,
    versionMinor: 9,
    serverProperties: serverProperties(),
    mechanisms: MECHANISMS,
    locales: 'en_US',
  });
  const start = (method: MethodNamed<'connection.start-ok'>): Progress => {
    const capabilities = capabilitiesOf(method.clientProperties);
    try {
      const user = authenticate(method.mechanism, method.response, users, fromLoopback);
      step = { kind: 'tuning', user: Buffer.from(user).toString('latin1'), capabilities };
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
        step = { kind: 'opening', user: step.user, capabilities: step.capabilities, limits };
        return { kind: 'more', limits };
      }
      if (step.kind === 'opening' && method.method === 'connection.open') {
        requireHost(method.virtualHost);
        admit();
        output.method(0, 'connection.open-ok', { reserved1: '' });
        return { kind: 'open', user: step.user, clientCapabilities: step.capabilities, limits: step.limits };
      }
      throw new AmqpError('COMMAND_INVALID', `unexpected method ${method.method} while ${step.kind}`);
    },
  };
}

function requireHost(name: string): void {
  if (name !== DEFAULT_HOST) throw new AmqpError('NOT_ALLOWED', `vhost ${name} not found`);
}

function capabilitiesOf(properties: FieldTable): ReadonlySet<string> {
  const field = properties.get('capabilities');
  if (field?.type !== 'table') return new Set();
  return new Set([...field.value].filter(([, value]) => value.value === true).map(([name]) => name));
}
