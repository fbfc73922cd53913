import type { IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { authenticate } from '../connection/authenticate.js';
import { AmqpError } from '../errors.js';
import type { Api } from './call.js';

/** How long a wrong password has to wait for its answer. */
const WRONG_MS = 200;
/** Wrong passwords that wait for their answers at the same time; one more is not looked at. */
const MOST_WRONG = 20;

/** Who asks: a user's name, or nobody, because there are no credentials or wrong ones, or because there are too many of these. */
export type Login = { kind: 'user'; name: string } | { kind: 'anonymous' | 'wrong' | 'too-many' };

/** Checks credentials (RFC 7617), and takes the time out of guessing passwords: some 100 a second can be tried. */
export function loginGate(): (request: IncomingMessage, api: Api) => Promise<Login> {
  let waiting = 0;
  return async (request, api) => {
    const { authorization } = request.headers;
    if (authorization === undefined) return { kind: 'anonymous' };
    if (waiting >= MOST_WRONG) return { kind: 'too-many' };
    const name = userOf(authorization, api);
    if (name !== undefined) return { kind: 'user', name };
    waiting += 1;
    await sleep(WRONG_MS, undefined, { ref: false });
    waiting -= 1;
    return { kind: 'wrong' };
  };
}

function userOf(authorization: string, { users }: Api): string | undefined {
  const [scheme, token] = authorization.split(' ');
  if (scheme?.toLowerCase() !== 'basic' || token === undefined) return undefined;
  const [user, ...password] = Buffer.from(token, 'base64').toString('latin1').split(':');
  try {
    return authenticate('PLAIN', `\0${user}\0${password.join(':')}`, users, true);
  } catch (error) {
    if (error instanceof AmqpError) return undefined;
    throw error;
  }
}
