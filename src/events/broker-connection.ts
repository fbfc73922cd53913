import type { Duplex } from 'node:stream';
import type { ChannelModel } from 'amqplib';
import { untilAborted } from '../broker/until-aborted.js';
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
    throw failure('BROKER_UNAVAILABLE', `No broker answers at ${hostOf(url)}.`, {
      hint: 'Start the workspace with `mscli up`; `mscli doctor` shows what is in the way.',
      cause,
    });
  }
}

/** Host and port: fit to be shown, as the whole URL holds the password. */
function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : 'an invalid URL';
}

const closeTimeoutMs = 1000;

/** Closes a connection; one whose broker does not answer is cut. Never rejects. */
export async function disconnect(connection: ChannelModel): Promise<void> {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(new Error('the broker does not answer')), closeTimeoutMs);
  try {
    await untilAborted(connection.close(), late.signal);
  } catch (error) {
    // amqplib has no way to give a connection up; left open, its socket would keep the process.
    const { stream } = connection.connection as { stream?: Duplex };
    stream?.destroy(error as Error);
  } finally {
    clearTimeout(timer);
  }
}
