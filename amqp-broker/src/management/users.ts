import { type Answer, ApiError, absent, DONE, found } from './answer.js';
import type { Call } from './call.js';
import { hostOf, hostsOf } from './call.js';
import { text } from './text.js';

/** What every user may do in every virtual host. */
const EVERYTHING = { configure: '.*', write: '.*', read: '.*' };

export function whoami({ user }: Call): Answer {
  return found({ name: user, tags: ['administrator'] });
}

export function listUsers({ api }: Call): Answer {
  return found(Object.keys(api.users).map(view));
}

export function readUser(call: Call): Answer {
  return found(view(userOf(call)));
}

export function listPermissions(call: Call): Answer {
  const users = call.params.user === undefined ? Object.keys(call.api.users) : [userOf(call)];
  return found(hostsOf(call).flatMap(({ name }) => users.map((user) => ({ user, vhost: text(name), ...EVERYTHING }))));
}

export function readPermission(call: Call): Answer {
  return found({ user: userOf(call), vhost: text(hostOf(call).name), ...EVERYTHING });
}

/** Grants what every user has anyway; anything less is refused, because it would not be enforced. */
export function putPermission(call: Call): Answer {
  userOf(call);
  hostOf(call);
  for (const [what, pattern] of Object.entries(EVERYTHING)) {
    if (call.body[what] !== pattern) {
      throw new ApiError(400, 'bad_request', `this broker has no permissions: ${what} can only be '${pattern}'`);
    }
  }
  return DONE;
}

function userOf({ api, params }: Call): string {
  const { user = '' } = params;
  if (!Object.hasOwn(api.users, user)) throw absent();
  return user;
}

function view(name: string): unknown {
  return { name, tags: ['administrator'], limits: {} };
}
