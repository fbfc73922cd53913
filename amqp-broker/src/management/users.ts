import type { Account } from '../connection/accounts.js';
import { hashPassword, isHashingAlgorithm, NO_PASSWORD, type PasswordHash } from '../connection/password-hash.js';
import { type Answer, ApiError, absent, CREATED, DONE, found } from './answer.js';
import type { Call } from './call.js';
import { openConnections } from './connections.js';
import { bytes } from './text.js';

export function whoami({ api, user }: Call): Answer {
  return found({ name: user, tags: api.users.find(user)?.tags ?? [] });
}

export function listUsers({ api }: Call): Answer {
  return found(api.users.names.map((name) => userView(name, api.users.find(name) as Account)));
}

export function usersWithoutPermissions({ api }: Call): Answer {
  const names = api.users.names.filter((name) => api.users.find(name)?.hosts?.size === 0);
  return found(names.map((name) => userView(name, api.users.find(name) as Account)));
}

export function readUser(call: Call): Answer {
  const name = userNamed(call);
  return found(userView(name, call.api.users.find(name) as Account));
}

/** Adds a user, who has no permissions yet, or changes one. Users made here end with the broker. */
export function putUser(call: Call): Answer {
  return putAccount(call, call.params.user ?? '', call.body) ? CREATED : DONE;
}

/** Answers whether the user is new. */
export function putAccount({ api }: Pick<Call, 'api'>, name: string, body: Call['body']): boolean {
  const tags = tagsIn(body.tags);
  return api.users.put(name, { password: passwordIn(body), tags });
}

export function removeUser(call: Call): Answer {
  remove(call, userNamed(call));
  return DONE;
}

export function removeUsers(call: Call): Answer {
  const { users } = call.body;
  if (!Array.isArray(users)) throw new ApiError(400, 'bad_request', '[{key_missing,users}]');
  for (const name of users) {
    if (call.api.users.find(String(name)) === undefined)
      throw new ApiError(400, 'bad_request', `no_such_user: ${name}`);
  }
  for (const name of users) remove(call, String(name));
  return DONE;
}

export function userNamed({ api, params }: Call): string {
  const { user = '' } = params;
  if (api.users.find(user) === undefined) throw absent();
  return user;
}

export function userView(name: string, { password, tags }: Account) {
  return {
    name,
    password_hash: password.bytes.toString('base64'),
    hashing_algorithm: password.algorithm,
    tags,
    limits: {},
  };
}

/** Its connections end, as in RabbitMQ. */
function remove(call: Call, name: string): void {
  call.api.users.remove(name);
  for (const { connection, session } of openConnections(call.api)) {
    if (session.user === bytes(name)) connection.shutdown(`user '${session.user}' is deleted`);
  }
}

/** A list, or names with commas between them. */
function tagsIn(tags: unknown): string[] {
  if (tags === undefined) throw new ApiError(400, 'bad_request', 'tags_not_present');
  const names: unknown = typeof tags === 'string' ? tags.split(',').map((tag) => tag.trim()) : tags;
  if (!Array.isArray(names) || !names.every((tag) => typeof tag === 'string')) {
    throw new ApiError(400, 'bad_request', 'the tags must be a string or a list of strings');
  }
  return names.filter((tag) => tag !== '');
}

/** Without a password nobody can log in as the user. */
function passwordIn({
  password,
  password_hash: hash,
  hashing_algorithm: algorithm = NO_PASSWORD.algorithm,
}: Call['body']): PasswordHash {
  if (password !== undefined && hash !== undefined) {
    throw new ApiError(400, 'bad_request', 'both_password_and_password_hash_are_provided');
  }
  if (hash === undefined && password === undefined) return NO_PASSWORD;
  const given = password ?? hash;
  if (typeof given !== 'string') throw new ApiError(400, 'bad_request', 'the password must be a string');
  if (hash === undefined) return hashPassword(given);
  if (!isBase64(given)) throw new ApiError(400, 'bad_request', ['not_base64', given]);
  if (typeof algorithm !== 'string' || !isHashingAlgorithm(algorithm)) {
    throw new ApiError(400, 'bad_request', `unknown hashing_algorithm ${String(algorithm)}`);
  }
  return { algorithm, bytes: Buffer.from(given, 'base64') };
}

function isBase64(text: string): boolean {
  return Buffer.from(text, 'base64').toString('base64') === text;
}
