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

async function untilAborted(work: Promise<void>, signal: AbortSignal): Promise<void> {
  let onAbort = () => {};
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
    work.catch(() => {});
  }
}
