import { ApiError } from './answer.js';
import type { Call } from './call.js';
import type { Handler } from './route.js';

/** A call that is for administrators only. */
export function admin(handler: Handler): Handler {
  return (call) => {
    if (!tagsOf(call).includes('administrator')) throw refused('Not administrator user');
    return handler(call);
  };
}

/** Whether the caller sees what other users do. */
export function isMonitor(call: Call): boolean {
  return tagsOf(call).some((tag) => tag === 'monitoring' || tag === 'administrator');
}

/** Refuses a user without any of the tags that let somebody use the API. */
export function requireManager(tags: readonly string[]): void {
  if (!tags.some((tag) => MANAGERS.includes(tag))) throw refused('Not management user');
}

const MANAGERS = ['administrator', 'monitoring', 'policymaker', 'management'];

function tagsOf({ api, user }: Pick<Call, 'api' | 'user'>): readonly string[] {
  return api.users.find(user)?.tags ?? [];
}

function refused(reason: string): ApiError {
  return new ApiError(401, 'not_authorised', reason);
}
