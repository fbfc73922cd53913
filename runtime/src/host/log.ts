import type { Logger as PinoLogger } from 'pino';

/** A pino logger: `log.info({ orderId }, 'order placed')`. */
export type Logger = PinoLogger;
