import type { DestinationStream } from 'pino';
import type { Dispatcher } from 'undici';
import type { Transport } from '../events/transport.js';
import type { Logger } from '../telemetry/log.js';
import type { ServiceEnvironment } from './environment.js';

/** Options of `startService`; everything has a default. */
export interface StartOptions {
  /** Default: read from the process's environment. */
  readonly environment?: ServiceEnvironment;
  /** Where the log goes. Default: stdout. */
  readonly logTo?: DestinationStream;
  /** How messages travel. Default: AMQP to the environment's broker. */
  readonly transport?: (log: Logger) => Transport;
  /** How connections to other services' origins are made. Default: undici's pools. */
  readonly connect?: (origin: string) => Dispatcher;
  /** False: no socket and no discovery record, only {@link RunningService.app}'s `inject`. Default true. */
  readonly listen?: boolean;
  /** Called when the running service cannot go on, such as when its database breaks. Default: it turns unready. */
  readonly onFailure?: (error: Error) => void;
}
