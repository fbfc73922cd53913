import type { Rules } from '../admission/pass.js';
import type { WriteBuffers } from '../http1/write-buffers.js';
import type { Limits } from '../limits.js';
import type { Log } from '../log.js';
import type { LogAccess } from '../log-access.js';
import type { Tally } from '../metrics/tally.js';
import type { RandomIds } from '../random-ids.js';
import type { Ticker } from '../timing/ticker.js';
import type { Turn } from '../timing/turn.js';
import type { Origins } from '../upstream/origin.js';
import type { Upstreams } from '../upstream/upstreams.js';
import type { Running } from './running.js';

/** What serving a request needs of the gateway. */
export interface ServingContext {
  readonly rules: Rules;
  readonly origins: Origins;
  readonly upstreams: Upstreams;
  readonly writeBuffers: WriteBuffers;
  readonly limits: Limits;
  readonly ticker: Ticker;
  readonly turn: Turn;
  readonly log: Log;
  readonly logAccess: LogAccess;
  /** Counts what is rare; undefined where nobody counts. What ends is told to `logAccess`. */
  readonly tally?: Tally | undefined;
  readonly running: Running;
  readonly ids: RandomIds;
  /** The time as a Date field has it. */
  date(): string;
  isStopping(): boolean;
}
