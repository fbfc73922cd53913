import { connect } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import amqplib from 'amqplib';
import { type BrokerHandle, testBroker } from '../../src/index.js';
import type { LogLine } from '../../src/log.js';
import { within } from '../differential/observe.js';
import { eventually } from '../support/eventually.js';
import { RawClient } from '../support/raw-client.js';
import { mutate } from './mutate.js';
import { Random } from './random.js';
import { type RecordedSession, recordSessions } from './record-sessions.js';
import { startWatchdog, type Watchdog } from './watchdog.js';

/** Inputs thrown at the same time. */
const TOGETHER = 16;
/** What another connection keeps in its own queue; no input may ever be answered with it. */
const SECRET = 'a secret of another connection';

export interface FuzzOptions {
  inputs: number;
  /** Input n only depends on the seed and on n. */
  seed: number;
  /** After so many inputs the broker must be as idle as at first, and a new one takes its place. */
  inputsPerBroker: number;
}

export interface FuzzReport {
  inputs: number;
  /** Bytes of heap in use after each broker was stopped. */
  heaps: number[];
}

/**
 * Throws changed sessions and random octets at brokers in this process.
 *
 * @throws When a broker logs an internal error, keeps a connection, a timer or the memory of messages, no longer serves others, or
 *   answers one with another's data. When it stands still the process is killed, after a line on stderr.
 */
export async function fuzz({ inputs, seed, inputsPerBroker }: FuzzOptions): Promise<FuzzReport> {
  const heaps: number[] = [];
  using watchdog = startWatchdog(seed);
  for (let first = 0; first < inputs; first += inputsPerBroker) {
    const before = timers();
    await fuzzOneBroker(seed, first, Math.min(first + inputsPerBroker, inputs), watchdog);
    await eventually(() => timers() <= before, `no timers left after the inputs from ${first} of seed ${seed}`);
    heaps.push(heapAfterCollection());
  }
  return { inputs, heaps };
}

async function fuzzOneBroker(seed: number, first: number, last: number, watchdog: Watchdog): Promise<void> {
  const errors: LogLine[] = [];
  await using broker = await testBroker({ log: (line) => line.level === 'error' && errors.push(line) });
  const sessions = await recordSessions(broker.url);
  await using witness = await watch(broker);
  let next = first;
  const thrower = async () => {
    for (let input = next++; input < last; input = next++) {
      watchdog.at(input);
      const thrown = throwAt(broker.port, input, sessions, seed);
      const answer = await within(thrown, `the broker keeps the connection of input ${input} of seed ${seed}`);
      if (answer.includes(SECRET)) throw new Error(`input ${input} of seed ${seed} was answered with another's data`);
      if (errors.length > 0) throw new Error(`near input ${input} of seed ${seed}: ${JSON.stringify(errors[0])}`);
      if (input % 500 === 0) await witness.works();
    }
  };
  await Promise.all(Array.from({ length: TOGETHER }, thrower));
  await eventually(() => broker.stats().connections === 1, 'all connections of the inputs gone');
  await witness.works();
  await requireAllReleased(broker);
}

/** Once their queues are gone no message may be held. */
async function requireAllReleased(broker: BrokerHandle): Promise<void> {
  await using client = await RawClient.open(broker.url);
  for (const { name, consumers, ready, unacked } of broker.stats().queues) {
    if (ready + unacked + consumers === 0) continue;
    const queue = Buffer.from(name, 'utf8').toString('latin1');
    client.method(1, 'queue.delete', { reserved1: 0, queue, ifUnused: false, ifEmpty: false, noWait: false });
    await within(client.next('queue.delete-ok'), `the queue ${name} cannot be deleted`);
  }
  const { memoryBytes, queues } = broker.stats();
  // A name that is not UTF-8 cannot be told from another by its text: such a queue stays, with what it holds.
  const stays = queues.some(({ ready, unacked }) => ready + unacked > 0);
  if (memoryBytes !== 0 && !stays) throw new Error(`${memoryBytes} bytes of messages are held by nobody`);
}

/** Sends the input, then waits until the broker has let go of the connection; answers all that it sent. */
function throwAt(port: number, input: number, sessions: readonly RecordedSession[], seed: number): Promise<Buffer> {
  const random = new Random(Math.imul(seed, 0x9e37_79b1) ^ input);
  const bytes = mutate(sessions, random);
  const pieces = random.below(8) === 0 ? split(bytes, random) : [bytes];
  // Loopback has many addresses, and each of them its own ports.
  const socket = connect({
    host: '127.0.0.1',
    port,
    localAddress: `127.0.${input % 200}.${1 + (input % 250)}`,
    noDelay: true,
  });
  const received: Buffer[] = [];
  return new Promise((resolve) => {
    socket.on('data', (chunk: Buffer) => received.push(chunk));
    socket.on('error', () => {});
    socket.on('close', () => resolve(Buffer.concat(received)));
    for (const piece of pieces) socket.write(piece);
    if (random.below(10) === 0) socket.once('connect', () => socket.resetAndDestroy());
    else socket.end();
  });
}

function split(bytes: Buffer, random: Random): Buffer[] {
  const at = random.below(bytes.length + 1);
  return [bytes.subarray(0, at), bytes.subarray(at)];
}

/** A connection that must not notice anything. */
async function watch(broker: BrokerHandle): Promise<AsyncDisposable & { works(): Promise<void> }> {
  const connection = await amqplib.connect(broker.url, { noDelay: true });
  const channel = await connection.createConfirmChannel();
  const { queue } = await channel.assertQueue('', { exclusive: true });
  let count = 0;
  let turn: Promise<void> = Promise.resolve();
  const work = async () => {
    count += 1;
    const body = `${SECRET} ${count}`;
    channel.sendToQueue(queue, Buffer.from(body), { messageId: SECRET });
    await channel.waitForConfirms();
    const message = await channel.get(queue, { noAck: true });
    if (message === false || message.content.toString() !== body) throw new Error('a bystander lost its message');
  };
  return {
    works() {
      turn = turn.then(() => within(work(), 'a bystander is not served any more'));
      return turn;
    },
    async [Symbol.asyncDispose]() {
      await within(connection.close(), 'a bystander cannot leave').catch(() => {});
    },
  };
}

function timers(): number {
  return process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
}

function heapAfterCollection(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  return process.memoryUsage().heapUsed;
}
