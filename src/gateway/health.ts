import { fromPairs } from './headers/fields.js';
import { RESERVED_PATH } from './routing/route-table.js';
import type { Client } from './serving/client.js';
import type { ServingContext } from './serving/context.js';

/** Where the gateway tells how it is itself; no route can lie there. */
export const HEALTH_PATH = `${RESERVED_PATH}/health`;

export function isHealthCheck({ method, target }: { method: string; target: string }): boolean {
  if (!target.startsWith(HEALTH_PATH) || (method !== 'GET' && method !== 'HEAD')) return false;
  return target.length === HEALTH_PATH.length || target[HEALTH_PATH.length] === '?';
}

/** 200 while requests are taken, 503 while the gateway stops. */
export function answerHealth(client: Client, context: ServingContext): void {
  cutWhereUnread(client, context);
  const isStopping = context.isStopping();
  const body = Buffer.from(`${JSON.stringify({ status: isStopping ? 'stopping' : 'ready' })}\n`);
  client.answer({
    status: isStopping ? 503 : 200,
    reason: isStopping ? 'Service Unavailable' : 'OK',
    fields: fromPairs([
      ...['Content-Type', 'application/json', 'Content-Length', String(body.length)],
      ...['Cache-Control', 'no-store', 'Date', context.date()],
    ]),
    framing: { kind: 'length', length: body.length },
    closes: isStopping,
  });
  client.part(body);
  client.end([]);
}

/** Nobody else keeps the time of an answer that its client does not take. */
function cutWhereUnread(client: Client, { ticker, limits }: ServingContext): void {
  const timer = ticker.timer({ expire: () => client.cut() });
  const over = () => timer[Symbol.dispose]();
  client.listen({ left: over, finished: over, drained() {} });
  timer.set(limits.idleMs);
}
