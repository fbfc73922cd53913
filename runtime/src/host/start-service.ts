import type { Transport } from '../events/transport.js';
import type { HttpClient } from '../http/index.js';
import type { App } from './app.js';
import type { ServiceDefinition } from './define-service.js';
import type { ServiceEnvironment } from './environment.js';
import type { Logger } from './log.js';
import type { Service } from './service.js';

/** Options of {@link startService}; everything has a default. */
export interface StartOptions {
  /** Default: read from the process's environment. */
  readonly environment?: ServiceEnvironment;
  /** Default: JSON lines on stdout. */
  readonly log?: Logger;
  /** How messages travel. Default: AMQP to the environment's broker. */
  readonly transport?: Transport;
  /** How other services are called. Default: by discovery, over HTTP. */
  readonly http?: HttpClient;
  /** False: no socket, only {@link RunningService.app}'s `inject`. Default true. */
  readonly listen?: boolean;
}

/** A started service. */
export interface RunningService extends AsyncDisposable {
  readonly service: Service;
  readonly app: App;
  /** Where it listens, such as `http://127.0.0.1:3001`; undefined without a socket. */
  readonly url: string | undefined;
  /**
   * Stops gracefully: not ready, withdrawn, nothing new, what runs finishes, everything closes.
   *
   * @param deadlineMs after it, what still runs is cut off. Default 10 000
   * @returns the names of what was still running at the deadline; empty after a clean stop
   */
  stop(deadlineMs?: number): Promise<readonly string[]>;
}

export declare function startService(definition: ServiceDefinition, options?: StartOptions): Promise<RunningService>;
