import { MscliError } from '../errors.js';
import { createLog, type Logger } from '../telemetry/log.js';
import type { ServiceDefinition } from './define-service.js';
import { readEnvironment, type ServiceEnvironment } from './environment.js';
import { startService } from './start-service.js';
import { stopRequests } from './stop-requests.js';

/**
 * Runs a service as this process: starts it, and stops it gracefully on SIGTERM, SIGINT or the end of the IPC channel
 * to a parent. A second signal ends the process at once.
 *
 * Reads PORT, HOST, MSCLI_BROKER_URL, MSCLI_STATE_URL, MSCLI_INSTANCE_ID, LOG_LEVEL and MSCLI_STOP_DEADLINE_MS (10 000).
 * Exits with 0 after a graceful stop, and with 1 when it could not start, the deadline passed, or an error was caught by
 * nobody; the log's last lines say which.
 */
export async function runService(definition: ServiceDefinition): Promise<void> {
  let log: Logger | undefined;
  const die = (error: unknown, message: string) => {
    const known = error instanceof MscliError && { code: error.code, hint: error.hint };
    if (log) log.fatal({ err: error, ...known }, message);
    else process.stdout.write(`${JSON.stringify({ level: 'fatal', service: definition.name, msg: message })}\n`);
    process.exit(1);
  };
  const requests = stopRequests(process, (code) => process.exit(code));
  try {
    const { environment, fault } = tryEnvironment(definition.name);
    log = await createLog({
      service: definition.name,
      instance: environment?.instanceId ?? definition.name,
      level: environment?.logLevel ?? 'info',
    });
    if (!environment) throw fault;
    process.on('uncaughtException', (error) => die(error, `nobody caught: ${error.message}`));
    process.on('unhandledRejection', (error) => die(error, `nobody caught: ${error}`));
    const running = await startService(definition, {
      environment,
      onFailure: (error) => requests.fail(error),
    });
    const reason = await requests.first;
    log.info({ reason: reason.name }, `asked to stop by ${reason.name}`);
    const hung = await running.stop();
    process.exit(hung.length > 0 || reason.failed ? 1 : 0);
  } catch (error) {
    die(error, error instanceof Error ? `cannot start: ${error.message}` : 'cannot start');
  }
}

function tryEnvironment(name: string): { environment?: ServiceEnvironment; fault?: unknown } {
  try {
    return { environment: readEnvironment(name) };
  } catch (fault) {
    return { fault };
  }
}
