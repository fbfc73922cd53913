import { ByteReader } from '../codec/byte-reader.js';
import { AmqpError } from '../errors.js';
import type { Accounts } from './accounts.js';

export const MECHANISMS = 'AMQPLAIN PLAIN';

/** Checks the response to connection.start; answers the user's name or throws ACCESS_REFUSED. */
export function authenticate(mechanism: string, response: string, users: Accounts, fromLoopback: boolean): string {
  const credentials = readCredentials(mechanism, response);
  const known = credentials !== undefined && users.verify(credentials.user, credentials.password);
  // RabbitMQ's loopback_users: everybody knows guest's password, so it only works from this machine.
  if (!known || (credentials.user === 'guest' && credentials.password === 'guest' && !fromLoopback)) {
    throw new AmqpError(
      'ACCESS_REFUSED',
      `Login was refused using authentication mechanism ${mechanism}. For details see the broker logfile.`,
    );
  }
  return credentials.user;
}

interface Credentials {
  user: string;
  password: string;
}

function readCredentials(mechanism: string, response: string): Credentials | undefined {
  if (mechanism === 'PLAIN') return readPlain(response);
  if (mechanism === 'AMQPLAIN') return readAmqPlain(response);
  throw new AmqpError('COMMAND_INVALID', `unsupported authentication mechanism '${mechanism}'`);
}

/** RFC 4616: authorization identity, NUL, user, NUL, password. */
function readPlain(response: string): Credentials | undefined {
  const [, user, password] = response.split('\0');
  return user === undefined || password === undefined ? undefined : { user: utf8(user), password: utf8(password) };
}

/** A field table without its length, with LOGIN and PASSWORD. */
function readAmqPlain(response: string): Credentials | undefined {
  const bytes = Buffer.from(response, 'latin1');
  const sized = Buffer.alloc(4 + bytes.length);
  sized.writeUInt32BE(bytes.length);
  bytes.copy(sized, 4);
  const fields = new ByteReader().reset(sized).table();
  const user = fields.get('LOGIN');
  const password = fields.get('PASSWORD');
  if (user?.type !== 'longstr' || password?.type !== 'longstr') return undefined;
  return { user: utf8(user.value), password: utf8(password.value) };
}

function utf8(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
