import { Broker } from '@mscli/amqp-broker';

/** The embedded broker as a process of its own: PORT, HOST and MSCLI_BROKER_DATA in, JSON lines on stdout out. */
const { PORT = '5672', HOST = '127.0.0.1', MSCLI_BROKER_DATA: dataDir } = process.env;

const broker = await new Broker({ port: Number(PORT), host: HOST, ...(dataDir ? { dataDir } : {}) })
  .start()
  .catch((error: Error): never => {
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

function say(msg: string, fields: object): void {
  process.stdout.write(`${JSON.stringify({ level: 30, time: Date.now(), service: 'broker', msg, ...fields })}\n`);
}
