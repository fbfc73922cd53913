import type { Entries } from './plan-processes.js';
import type { SupervisorEvent } from './supervisor-event.js';

/** What `mscli up --detach` sends to the supervisor that it starts: not as an argument, for a broker's URL may hold a password. */
export interface DetachedOptions {
  broker: string | undefined;
  watch: boolean;
  entries?: Entries;
}

/** What that supervisor tells as long as somebody listens. */
export type DetachedMessage =
  | { kind: 'event'; event: SupervisorEvent }
  | { kind: 'failed'; code: string; message: string; hint?: string };
