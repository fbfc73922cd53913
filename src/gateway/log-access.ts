import { performance } from 'node:perf_hooks';
import { accessEntry, type Ending } from './access-log.js';
import type { Exchange } from './exchange.js';
import type { Log } from './log.js';
import { milliseconds } from './policies/settings/units.js';
import type { GatewaySettings } from './settings/gateway-settings.js';

/** Logs a request that is over; `now` is a `performance.now()` where one is at hand. */
export type LogAccess = (exchange: Exchange, ending: Ending, now?: number) => void;

/** As the settings say; without them every request is logged. */
export function accessLogOf({ accessLog }: GatewaySettings, log: Log): LogAccess {
  const { sample, slow } = accessLog ?? { sample: 1, slow: '0ms' };
  return logAccess(log, { sample, slowMs: milliseconds(slow) });
}

/**
 * With a share below one, ordinary requests are chosen by their trace, so that of a chain of gateways and services either all of a
 * request is there or nothing; what was refused, failed or took as long as `slowMs` is always there. Lines of a sample say which share
 * it is.
 */
export function logAccess(log: Log, { sample, slowMs }: { sample: number; slowMs: number }): LogAccess {
  if (sample === 1) return (exchange, ending, now = performance.now()) => log(accessEntry(exchange, ending, now));
  return (exchange, ending, now = performance.now()) => {
    const isSampled = isOrdinary(ending) && now - exchange.receivedAt < slowMs;
    if (!isSampled) log(accessEntry(exchange, ending, now));
    else if (isChosen(exchange.trace.traceId, sample)) log(accessEntry(exchange, ending, now, sample));
  };
}

function isOrdinary({ status, reason }: Ending): boolean {
  return status < 500 && (reason === undefined || reason === 'preflight');
}

/** The end of a trace's id is random, also where its beginning is a time (W3C Trace Context §3.2.2.3). */
function isChosen(traceId: string, sample: number): boolean {
  return Number.parseInt(traceId.slice(-8), 16) < sample * 2 ** 32;
}
