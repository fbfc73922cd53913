import { AmqpError } from './errors.js';

/** The virtual host that is always there, and the default. */
export const DEFAULT_HOST = '/';

export type ResourceKind = 'queue' | 'exchange';

/** A queue or exchange as RabbitMQ names it in errors. */
export function describe(kind: ResourceKind, name: string, vhost: string): string {
  return `${kind} '${name}' in vhost '${vhost}'`;
}

export function notFound(kind: ResourceKind, name: string, vhost: string): AmqpError {
  return new AmqpError('NOT_FOUND', `no ${describe(kind, name, vhost)}`);
}

/** Names that begin with `amq.` belong to the broker. */
export function refuseReserved(kind: ResourceKind, name: string): void {
  if (name.startsWith('amq.')) {
    throw new AmqpError('ACCESS_REFUSED', `${kind} name '${name}' contains reserved prefix 'amq.*'`);
  }
}

export function refuseDefaultExchange(name: string): void {
  if (name === '') throw new AmqpError('ACCESS_REFUSED', 'operation not permitted on the default exchange');
}
