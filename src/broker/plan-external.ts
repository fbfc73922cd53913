import { failure } from '../errors.js';
import { amqpHandshake } from './amqp-handshake.js';
import { type BrokerPlan, withoutPassword } from './broker-plan.js';

/** A broker that somebody else runs; it must answer now. Fails with `USAGE` or `BROKER_UNAVAILABLE`. */
export async function planExternal(
  url: string,
  { reason, signal, timeoutMs = 10_000 }: { reason: string; signal: AbortSignal; timeoutMs?: number },
): Promise<BrokerPlan> {
  if (!/^amqps?:\/\/[^/]/.test(url) || !URL.canParse(url)) {
    throw failure('USAGE', `The broker cannot be ${JSON.stringify(url)}.`, {
      hint: 'Say auto, docker, embedded, or a URL such as amqp://user:password@host:5672.',
    });
  }
  try {
    await amqpHandshake(url, { signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]) });
  } catch (cause) {
    signal.throwIfAborted();
    const why = cause instanceof Error && cause.message ? cause.message : 'no answer';
    throw failure('BROKER_UNAVAILABLE', `The broker ${withoutPassword(url)} cannot be used: ${why}.`, {
      hint: 'A configured broker is never replaced by another; start it, or correct its URL.',
      cause,
    });
  }
  return { kind: 'external', url, reason };
}
