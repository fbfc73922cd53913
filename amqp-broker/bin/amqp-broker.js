#!/usr/bin/env node
import { parseArgs } from 'node:util';
import { Broker } from '@mscli/amqp-broker';

const USAGE = `amqp-broker: a single-node AMQP 0-9-1 broker for development and tests

  --port <port>        port to listen on (default 5672; 0 takes a free one)
  --host <address>     address to listen on (default 127.0.0.1)
  --data-dir <folder>  keep durable queues and persistent messages there (default: memory only)
  --vhost <name>       virtual host that is to be there besides / (may be given several times)
  --management-port <port>  serve RabbitMQ's management HTTP API there, on loopback (default: not served)
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

/**
 * @param {string} flag
 * @param {string} value
 */
function portOf(flag, value) {
  if (/^\d{1,5}$/.test(value) && Number(value) <= 65_535) return Number(value);
  throw new Error(`"${value}" is not a port: --${flag} takes a number from 0 to 65535.`);
}

async function main() {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '5672' },
      host: { type: 'string', default: '127.0.0.1' },
      'data-dir': { type: 'string' },
      vhost: { type: 'string', multiple: true, default: [] },
      'management-port': { type: 'string' },
      user: { type: 'string', default: 'guest' },
      password: { type: 'string', default: process.env.AMQP_BROKER_PASSWORD ?? 'guest' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(USAGE);
    return;
  }
  const managementPort = values['management-port'];
  const broker = await new Broker({
    port: portOf('port', values.port),
    host: values.host,
    users: { [values.user]: values.password },
    log: (line) => process.stderr.write(`${JSON.stringify(line)}\n`),
    vhosts: values.vhost,
    ...(managementPort === undefined ? {} : { managementPort: portOf('management-port', managementPort) }),
    ...(values['data-dir'] === undefined ? {} : { dataDir: values['data-dir'] }),
  }).start();
  for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, () => void broker.stop().catch(give));
  const { url, port } = broker;
  print({ event: 'listening', url, port, managementPort: broker.managementPort, pid: process.pid });
}

main().catch(give);
