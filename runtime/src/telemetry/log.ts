import type { DestinationStream, Logger as PinoLogger } from 'pino';
import { currentTrace } from './current-trace.js';

/** A pino logger: `log.info({ orderId }, 'order placed')`. */
export type Logger = PinoLogger;

/** What every line says. */
export interface LogOptions {
  readonly service: string;
  readonly instance: string;
  readonly level: string;
  /** Default: stdout. */
  readonly destination?: DestinationStream | undefined;
}

/** A logger of JSON lines: level, time, service, instance, the running work's traceId and spanId, msg. */
export async function createLog({ service, instance, level, destination }: LogOptions): Promise<Logger> {
  const { pino } = await import('pino');
  return pino(
    {
      level,
      base: { service, instance },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      mixin() {
        const trace = currentTrace();
        return trace ? { traceId: trace.traceId, spanId: trace.spanId } : {};
      },
    },
    // Synchronous, so that the last line before an exit is not lost.
    destination ?? pino.destination({ dest: 1, sync: true }),
  );
}
