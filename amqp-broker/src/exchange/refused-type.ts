import { AmqpError } from '../errors.js';

/** Words that mean something within RabbitMQ, though no type of exchange: it calls them invalid where it calls others unknown. */
const WORDS = new Set(
  (
    'Direct a any b bad bar broadcast classic cluster default dummy exchange federation foo header hello illegal invalid invalid_type ' +
    'local missing multicast none nothing null other queue quorum random stream string system test true type undefined unknown ' +
    'unknown_type unsupported x'
  ).split(' '),
);

export function refusedType(type: string): AmqpError {
  const known = type === '' || WORDS.has(type);
  return new AmqpError('COMMAND_INVALID', `${known ? 'invalid' : 'unknown'} exchange type '${type}'`);
}
