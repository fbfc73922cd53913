import { get, type IncomingMessage } from 'node:http';
import { get as getSecurely } from 'node:https';
import { amqpHandshake } from '../broker/amqp-handshake.js';
import type { HealthCheck } from './process-record.js';

export type Health = { ok: true } | { ok: false; reason: string };

/** Asks a process once how it is; never throws. */
export async function checkHealth(check: HealthCheck, signal: AbortSignal, timeoutMs = 2_000): Promise<Health> {
  const limited = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  try {
    switch (check.kind) {
      case 'http':
        return judge(await statusOf(check.url, limited), check.url);
      case 'amqp':
        await amqpHandshake(check.url, { signal: limited });
        return { ok: true };
      default:
        return check satisfies never;
    }
  } catch (error) {
    return { ok: false, reason: limited.aborted ? `no answer within ${timeoutMs} ms` : reasonOf(error) };
  }
}

function judge(status: number, url: string): Health {
  if (status >= 200 && status < 300) return { ok: true };
  return { ok: false, reason: `${new URL(url).pathname} answers ${status}` };
}

function statusOf(url: string, signal: AbortSignal): Promise<number> {
  return new Promise((resolve, reject) => {
    const take = (response: IncomingMessage) => {
      response.resume();
      response.once('error', reject);
      resolve(response.statusCode ?? 0);
    };
    const options = { signal, agent: false };
    // Nothing is told to it and only its status is looked at: whom its certificate names is for its clients to judge.
    const request = url.startsWith('https:')
      ? getSecurely(url, { ...options, rejectUnauthorized: false }, take)
      : get(url, options, take);
    request.once('error', reject);
  });
}

function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code === 'ECONNREFUSED' ? 'nothing listens on its port yet' : (message ?? String(error));
}
