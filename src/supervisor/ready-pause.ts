import type { ProcessRecord } from './process-record.js';

/**
 * How often to look at a process that is ready, in milliseconds. A look at a broker is a whole connection, which real ones
 * write into their logs, and most servers that come with a command of their own log each request.
 */
export function readyPauseMs({ health, run }: Pick<ProcessRecord, 'health' | 'run'>): number {
  if (health.kind === 'amqp') return 20_000;
  return run.kind === 'shell' ? 10_000 : 2_000;
}
