import type { Instance } from '@mscli/runtime/discovery';
import type { Exchange } from '../../exchange.js';
import type { LogEntry } from '../../log.js';

/** The log line of a request's copy. It has the request's own id, so that the two can be compared. */
export function mirrorLine(
  { id, method, path, route, service }: Exchange,
  ending: {
    instance: Instance | undefined;
    status: number | undefined;
    reason: string | undefined;
    cause: Error | undefined;
    durationMs: number;
  },
): LogEntry {
  const { instance, status, reason, cause, durationMs } = ending;
  return {
    level: reason === undefined && (status ?? 0) < 500 ? 'info' : 'warn',
    msg: 'mirrored',
    method,
    path,
    ...(route === undefined ? {} : { route: route.path }),
    upstream: service,
    ...(instance === undefined ? {} : { upstreamInstance: instance.id }),
    ...(status === undefined ? {} : { status }),
    durationMs: Math.round(durationMs * 10) / 10,
    requestId: id,
    ...(reason === undefined ? {} : { reason }),
    ...(cause === undefined ? {} : { cause: cause.message }),
  };
}
