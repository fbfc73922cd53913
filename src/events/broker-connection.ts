import type { ChannelModel } from 'amqplib';
import { failure } from '../errors.js';

const connectTimeoutMs = 5000;

/** Connects to the broker once; an unreachable one is a failure that says how to start it. */
export async function connectBroker(url: string, name: string, signal: AbortSignal): Promise<ChannelModel> {
  const { connect } = await import('amqplib');
  signal.throwIfAborted();
  const options = { noDelay: true, timeout: connectTimeoutMs, clientProperties: { connection_name: name } };
  try {
    const connecting = connect(url, options);
    return await untilAborted(connecting, signal, (connection) => void connection.close().catch(() => {}));
  } catch (cause) {
    if (signal.aborted) throw signal.reason;
    throw failure('BROKER_UNAVAILABLE', `no broker answers at ${hostOf(url)}`, {
      hint: 'start the workspace with `mscli up`; `mscli doctor` shows what is in the way',
      cause,
    });
  }
}

/** Host and port: fit to be shown, as the whole URL holds the password. */
function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : 'an invalid URL';
}

async function untilAborted<T>(work: Promise<T>, signal: AbortSignal, discard: (late: T) => void): Promise<T> {
  let onAbort = () => {};
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } catch (error) {
    work.then(discard, () => {});
    throw error;
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
