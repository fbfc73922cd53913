import type { Discovery } from './types.js';

/** The content where no file exists yet: nothing is known, revision 0. */
export function emptyDiscovery(): Discovery {
  return {
    version: 1,
    revision: 0,
    instances: {},
    routes: [],
    overrides: {},
    resets: {},
    breakers: {},
    breakerSettings: {},
    reactions: {},
  };
}

/** Makes a snapshot that nobody can change, at any depth. */
export function freeze<T extends object>(value: T): Readonly<T> {
  for (const member of Object.values(value)) if (typeof member === 'object' && member !== null) freeze(member);
  return Object.freeze(value);
}
