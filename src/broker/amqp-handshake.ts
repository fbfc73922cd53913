import { untilAborted } from './until-aborted.js';

/**
 * Opens and closes a real AMQP connection with the credentials in the URL, the only proof that a broker is usable:
 * a port that accepts says nothing about a RabbitMQ that still boots, nor about a wrong password.
 */
export async function amqpHandshake(url: string, { signal }: { signal: AbortSignal }): Promise<void> {
  signal.throwIfAborted();
  const { connect } = await import('amqplib');
  const connecting = connect(url, { noDelay: true, timeout: 5_000 });
  const closing = connecting.then(async (connection) => {
    connection.on('error', () => {});
    await connection.close().catch(() => {});
  });
  await untilAborted(closing, signal);
}
