#!/usr/bin/env node
import { parseArgs } from 'node:util';
import { Broker } from '@mscli/amqp-broker';

const USAGE = `amqp-broker: a single-node AMQP 0-9-1 broker for development and tests

  --port <port>        port to listen on (default 5672; 0 takes a free one)
  --host <address>     address to listen on (default 127.0.0.1)
  --data-dir <folder>  keep durable queues and persistent messages there (default: memory only)
  --user <name>        user name (default guest)
  --password <text>    password (default guest; or AMQP_BROKER_PASSWORD in the environment)
  --help               this text
`;

/** @param {Record<string, unknown>} line */
const print = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);

/** @param {unknown} error */
function give(error) {
  const { message, hint } = /** @type {{ message: string, hint?: string }} */ (error);
  process.stderr.write(`${message}${hint === undefined ? '' : `\n${hint}`}\n`);
  process.exitCode = 1;
}

async function main() {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '5672' },
      host: { type: 'string', default: '127.0.0.1' },
      'data-dir': { type: 'string' },
      user: { type: 'string', default: 'guest' },
      password: { type: 'string', default: process.env.AMQP_BROKER_PASSWORD ?? 'guest' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(USAGE);
    return;
  }
  if (!/^\d{1,5}$/.test(values.port) || Number(values.port) > 65_535) {
    throw new Error(`"${values.port}" is not a port: --port takes a number from 0 to 65535.`);
  }
  const broker = await new Broker({
    port: Number(values.port),
    host: values.host,
    users: { [values.user]: values.password },
    log: (line) => process.stderr.write(`${JSON.stringify(line)}\n`),
    ...(values['data-dir'] === undefined ? {} : { dataDir: values['data-dir'] }),
  }).start();
  for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, () => void broker.stop().catch(give));
  print({ event: 'listening', url: broker.url, port: broker.port, pid: process.pid });
}

main().catch(give);
