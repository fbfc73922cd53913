import { type Answer, ApiError, absent, CREATED, DONE, found } from './answer.js';
import { anyHostOf, type Call, param, requireKeys } from './call.js';
import { text } from './text.js';
import { userNamed } from './users.js';

/** What a user may do in a virtual host that it may use. */
export const EVERYTHING = { configure: '.*', write: '.*', read: '.*' };

export function listPermissions(call: Call): Answer {
  const users = call.params.user === undefined ? call.api.users.names : [userNamed(call)];
  const hosts = call.params.vhost === undefined ? call.api.hosts.all : [anyHostOf(call)];
  return found(
    hosts.flatMap(({ name }) =>
      users.filter((user) => call.api.users.mayUse(user, name)).map((user) => view(user, name)),
    ),
  );
}

export function readPermission(call: Call): Answer {
  const { user, host } = grantIn(call);
  return found(view(user, host));
}

/** Lets a user into a virtual host. Less than everything there is refused, because it would not be enforced. */
export function putPermission(call: Call): Answer {
  const host = param(call, 'vhost');
  requireKeys(call, Object.keys(EVERYTHING));
  return grant(call, call.params.user ?? '', host, call.body) ? CREATED : DONE;
}

/** Answers whether the user could not use the virtual host before. */
export function grant({ api }: Pick<Call, 'api'>, user: string, host: string, body: Call['body']): boolean {
  const account = api.users.find(user);
  if (account === undefined || api.hosts.get(host) === undefined) {
    throw new ApiError(400, 'bad_request', 'vhost_or_user_not_found');
  }
  for (const [what, pattern] of Object.entries(EVERYTHING)) {
    if (body[what] !== pattern) {
      throw new ApiError(
        400,
        'bad_request',
        `this broker does not restrict users within a virtual host: ${what} can only be '${pattern}'`,
      );
    }
  }
  const before = api.users.mayUse(user, host);
  account.hosts?.add(host);
  return !before;
}

export function removePermission(call: Call): Answer {
  const { user, host } = grantIn(call);
  const hosts = call.api.users.find(user)?.hosts;
  if (hosts === undefined) {
    throw new ApiError(
      400,
      'bad_request',
      `the broker was started with the user '${user}', who may use every virtual host`,
    );
  }
  hosts.delete(host);
  return DONE;
}

function grantIn(call: Call): { user: string; host: string } {
  const user = userNamed(call);
  const { name: host } = anyHostOf(call);
  if (!call.api.users.mayUse(user, host)) throw absent();
  return { user, host };
}

function view(user: string, host: string) {
  return { user, vhost: text(host), ...EVERYTHING };
}
