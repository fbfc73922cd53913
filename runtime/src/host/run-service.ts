import type { ServiceDefinition } from './define-service.js';

/**
 * Runs a service as this process: starts it, and stops it gracefully on SIGTERM, SIGINT or the end of the IPC channel
 * to a parent. A second signal ends the process at once.
 *
 * Reads PORT, HOST, MSCLI_BROKER_URL, MSCLI_STATE_URL, MSCLI_INSTANCE_ID, LOG_LEVEL and MSCLI_STOP_DEADLINE_MS (10 000).
 * Exits with 0 after a graceful stop, and with 1 when it could not start or the deadline passed.
 */
export declare function runService(definition: ServiceDefinition): Promise<void>;
