#!/usr/bin/env node
import { parseArgs } from 'node:util';
import { Broker, VERSION } from '@mscli/amqp-broker';

const USAGE = `amqp-broker: a single-node AMQP 0-9-1 broker for development and tests

  --port <port>             port to listen on (default 5672; 0 takes a free one)
  --host <address>          address to listen on (default 127.0.0.1)
  --data-dir <folder>       keep durable queues and persistent messages there (default: memory only)
  --vhost <name>            virtual host that is to be there besides / (may be given several times)
  --management-port <port>  serve RabbitMQ's management HTTP API there, on loopback (default: not served)
  --user <name>             user name (default guest)
  --password <text>         password (default guest; or AMQP_BROKER_PASSWORD in the environment)
  --limit <name>=<number>   how much it gives its clients, such as --limit memoryBytes=200000000
                            (may be given several times; the README has their names and defaults)
  --version                 the version of amqp-broker
  --help                    this text

It prints one JSON line once it listens, ends on SIGTERM or SIGINT, and at once on a second one.
Exit codes: 0 after it was told to end, 1 when it cannot run, 2 for flags that it does not understand.
`;

class UsageError extends Error {
  hint = '`amqp-broker --help` shows what it takes.';
}

/** @param {unknown} error */
function give(error) {
  const { message, hint, code } = /** @type {{ message: string, hint?: string, code?: string }} */ (error);
  process.stderr.write(`${message}${hint === undefined ? '' : `\n${hint}`}\n`);
  process.exitCode = error instanceof UsageError || code === 'BROKER_LIMIT' ? 2 : 1;
}

/**
 * @param {string} flag
 * @param {string} value
 */
function portOf(flag, value) {
  if (/^\d{1,5}$/.test(value) && Number(value) <= 65_535) return Number(value);
  throw new UsageError(`"${value}" is not a port: --${flag} takes a number from 0 to 65535.`);
}

/** @param {string} text */
function limitOf(text) {
  const [, name, value] = /^([^=]+)=(\d+)$/.exec(text) ?? [];
  if (name === undefined) {
    throw new UsageError(`"${text}" is not a limit: --limit takes a name and a number, such as channels=100.`);
  }
  return /** @type {const} */ ([name, Number(value)]);
}

function readFlags() {
  try {
    return parseArgs({
      options: {
        port: { type: 'string', default: '5672' },
        host: { type: 'string', default: '127.0.0.1' },
        'data-dir': { type: 'string' },
        vhost: { type: 'string', multiple: true, default: [] },
        'management-port': { type: 'string' },
        user: { type: 'string', default: 'guest' },
        password: { type: 'string', default: process.env.AMQP_BROKER_PASSWORD ?? 'guest' },
        limit: { type: 'string', multiple: true, default: [] },
        version: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    const [sentence = ''] = /** @type {Error} */ (error).message.split(/\.\s/, 1);
    throw new UsageError(sentence.endsWith('.') ? sentence : `${sentence}.`);
  }
}

async function main() {
  const flags = readFlags();
  if (flags.help || flags.version) {
    process.stdout.write(flags.help ? USAGE : `${VERSION}\n`);
    return;
  }
  const managementPort = flags['management-port'];
  const dataDir = flags['data-dir'];
  const broker = await new Broker({
    port: portOf('port', flags.port),
    host: flags.host,
    users: { [flags.user]: flags.password },
    log: (line) => process.stderr.write(`${JSON.stringify(line)}\n`),
    vhosts: flags.vhost,
    limits: Object.fromEntries(flags.limit.map(limitOf)),
    ...(managementPort === undefined ? {} : { managementPort: portOf('management-port', managementPort) }),
    ...(dataDir === undefined ? {} : { dataDir }),
  }).start();
  let told = false;
  for (const signal of ['SIGTERM', 'SIGINT']) {
    process.on(signal, () => {
      if (told) process.exit(1);
      told = true;
      void broker.stop().catch(give);
    });
  }
  const { url, port } = broker;
  const line = { event: 'listening', url, port, managementPort: broker.managementPort, pid: process.pid };
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

// Who reads the lines may end before the broker does.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
main().catch(give);
