import { Broker, BrokerError, type BrokerOptions } from '@mscli/amqp-broker';

/**
 * The embedded broker as a process of its own, with JSON lines on stdout. PORT, HOST, MSCLI_BROKER_DATA; the credentials in
 * MSCLI_BROKER_URL are those of its only user; MSCLI_BROKER_MANAGEMENT_PORT is where `mscli ps` asks.
 */
const { PORT = '5672', HOST = '127.0.0.1', MSCLI_BROKER_DATA: dataDir, MSCLI_BROKER_URL: url } = process.env;
const { MSCLI_BROKER_MANAGEMENT_PORT: managementPort } = process.env;

const broker = await start().catch((error: Error): never => {
  say(error.message, { level: 60 });
  process.exit(1);
});
say('listening', { port: broker.port });

let stopping = false;
const stop = async (why: string) => {
  if (stopping) return;
  stopping = true;
  say('stopping', { why });
  await broker.stop();
  process.exit(0);
};
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stop(signal));
// The supervisor is gone, killed perhaps: nobody else would end us.
if (process.channel) process.on('disconnect', () => stop('the supervisor is gone'));

/** Nobody's messages wait for figures: when the management port has been taken since it was chosen, it runs without. */
async function start() {
  const options: BrokerOptions = {
    port: Number(PORT),
    host: HOST,
    ...(dataDir ? { dataDir } : {}),
    ...(url ? { users: userIn(new URL(url)) } : {}),
  };
  if (!managementPort) return new Broker(options).start();
  try {
    return await new Broker({ ...options, managementPort: Number(managementPort) }).start();
  } catch (error) {
    if (!(error instanceof BrokerError) || error.code !== 'BROKER_ADDRESS') throw error;
    const started = await new Broker(options).start();
    say(error.message, { level: 40 });
    return started;
  }
}

function userIn({ username, password }: URL): Record<string, string> {
  return { [decodeURIComponent(username)]: decodeURIComponent(password) };
}

function say(msg: string, fields: object): void {
  process.stdout.write(`${JSON.stringify({ level: 30, time: Date.now(), service: 'broker', msg, ...fields })}\n`);
}
