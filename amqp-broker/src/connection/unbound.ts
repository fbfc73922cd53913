import { BrokerError } from '../errors.js';

/** Why nobody can listen there; `option` is what to choose anew. */
export function unbound(who: string, address: string, option: string, cause: NodeJS.ErrnoException): BrokerError {
  const why = REASONS.get(cause.code ?? '') ?? cause.code ?? cause.message;
  return new BrokerError('BROKER_ADDRESS', `${who} cannot listen on ${address}: ${why}.`, {
    hint: `Choose another ${option}.`,
    cause,
  });
}

const REASONS = new Map([
  ['EADDRINUSE', 'the port is taken (EADDRINUSE)'],
  ['EACCES', 'the port is kept for the administrator (EACCES)'],
  ['EADDRNOTAVAIL', 'this machine has no such address (EADDRNOTAVAIL)'],
  ['ENOTFOUND', 'the name is not known (ENOTFOUND)'],
]);
