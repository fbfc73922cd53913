import { MscliError } from '../../errors.js';
import type { GatewayEnvironment } from '../environment.js';
import { type Gateway, startGateway } from '../gateway.js';
import type { Log } from '../log.js';
import { Channel } from './channel.js';
import type { PrimaryProcedures, StartFailure, WorkerProcedures } from './procedures.js';
import { sharedLimiters } from './shared-limiters.js';

export interface WorkerRunOptions {
  environment: GatewayEnvironment;
  log: Log;
  /** Resolves when it is time to stop, whatever the primary says. */
  told: Promise<string>;
}

/** How long the primary may take to hear why a worker cannot start. */
const PATIENCE_MS = 2_000;

/** A worker: a whole gateway that counts limits at the primary's, and stops when the primary says so. It ends at once when the primary is gone. */
export async function runWorker({ environment, log, told }: WorkerRunOptions): Promise<void> {
  let stop = () => {};
  const toldByPrimary = new Promise<void>((resolve) => {
    stop = resolve;
  });
  let running: Gateway | undefined;
  const families = () => running?.families() ?? [];
  const primary = new Channel<WorkerProcedures, PrimaryProcedures>(sendToPrimary, { stop, families });
  process.on('message', (message) => primary.receive(message));
  try {
    await using gateway = await startGateway({ ...environment, log, limiters: sharedLimiters(primary) });
    running = gateway;
    primary.tell('listening', { url: gateway.url, port: gateway.port });
    await Promise.race([told, toldByPrimary]);
  } catch (error) {
    await primary.ask('failed', [failureOf(error as Error)], PATIENCE_MS);
  }
}

function sendToPrimary(message: unknown): void {
  process.send?.(message, undefined, undefined, ignore);
}

/** When the primary is gone, so is this process. */
function ignore(): void {}

function failureOf(error: Error): StartFailure {
  if (!(error instanceof MscliError)) return { message: error.message };
  const { message, code, hint } = error;
  return { message, code, ...(hint === undefined ? {} : { hint }) };
}
