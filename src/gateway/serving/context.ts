import type { Rules } from '../admission/pass.js';
import type { Agents } from '../forwarding/agents.js';
import type { Limits } from '../limits.js';
import type { Log } from '../log.js';
import type { RandomHex } from '../random-hex.js';
import type { Running } from './running.js';

/** What serving a request needs of the gateway. */
export interface ServingContext {
  readonly rules: Rules;
  readonly agents: Agents;
  readonly limits: Limits;
  readonly log: Log;
  readonly running: Running;
  readonly random: RandomHex;
  isStopping(): boolean;
}
