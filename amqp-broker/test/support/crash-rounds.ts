import { setTimeout as sleep } from 'node:timers/promises';
import amqplib, { type ChannelModel, type ConfirmChannel } from 'amqplib';
import { type BrokerProcess, startBin } from './bin.js';

/** Publishes that may wait for their confirms at once. */
const WINDOW = 200;
/** Acknowledgements between two requests that show that they are on disk. */
const ACKS = 100;
const PADDING = '.'.repeat(1_500);

export interface CrashOptions {
  bin: string;
  dataDir: string;
  rounds: number;
  /** Milliseconds of load before the kill, for each round. */
  lifetime(): number;
}

/** What a client knows for certain, over all rounds. */
export interface CrashReport {
  published: number;
  confirmed: Set<number>;
  /** Acknowledged, and a later answer showed that this is on disk. */
  settled: Set<number>;
  /** Acknowledged, whether or not it reached the disk. */
  acknowledged: Set<number>;
  topologyChanges: number;
  /** What the broker broke of its promises. */
  faults: string[];
}

/** Kills a broker with SIGKILL under publishes, acknowledgements and topology changes, round after round on the same folder. */
export async function crashRounds({ bin, dataDir, rounds, lifetime }: CrashOptions): Promise<CrashReport> {
  const report: CrashReport = {
    published: 0,
    confirmed: new Set(),
    settled: new Set(),
    acknowledged: new Set(),
    topologyChanges: 0,
    faults: [],
  };
  /** Queues by whether they have to be there; undefined while a change was under way at the kill. */
  const topology = new Map<string, boolean | undefined>();
  for (let round = 0; round < rounds; round += 1) {
    await using broker = await startBin(bin, ['--data-dir', dataDir]);
    await checkTopology(broker, topology, report, round);
    const loads = [publishes(report), acknowledgements(report, round), topologyChanges(report, topology, round)];
    const running = loads.map((load) => connected(broker.url, load));
    await sleep(lifetime());
    broker.child.kill('SIGKILL');
    await Promise.all(running);
  }
  return report;
}

/** All that the queue still holds, in its order. */
export async function drainOrders(url: string): Promise<number[]> {
  const connection = await amqplib.connect(url, { noDelay: true });
  const channel = await connection.createChannel();
  const { messageCount } = await channel.checkQueue('orders');
  const kept: number[] = [];
  await new Promise<void>((resolve, reject) => {
    const done = () => kept.length === messageCount && resolve();
    done();
    const take = (message: amqplib.ConsumeMessage | null) => {
      if (message === null) return;
      kept.push(Number.parseInt(message.content.toString(), 10));
      done();
    };
    channel.consume('orders', take).catch(reject);
  });
  channel.ackAll();
  await channel.close();
  await connection.close();
  return kept;
}

type Load = (channel: ConfirmChannel, alive: () => boolean) => Promise<void>;

/** Runs a load on a connection of its own until that is lost. */
async function connected(url: string, load: Load): Promise<void> {
  let connection: ChannelModel;
  try {
    connection = await amqplib.connect(url, { noDelay: true });
  } catch {
    return;
  }
  let alive = true;
  connection.on('error', () => {});
  const closed = new Promise<void>((resolve) => {
    connection.once('close', () => {
      alive = false;
      resolve();
    });
  });
  const work = async () => {
    const channel = await connection.createConfirmChannel();
    channel.on('error', () => {});
    await channel.assertQueue('orders', { durable: true });
    await load(channel, () => alive);
  };
  // What fails because the connection is lost is what the test is about.
  await Promise.race([work().catch(() => {}), closed]);
  await closed;
}

function publishes(report: CrashReport): Load {
  return async (channel, alive) => {
    let waiting = 0;
    while (alive()) {
      while (waiting < WINDOW && alive()) {
        const id = report.published;
        report.published += 1;
        waiting += 1;
        channel.sendToQueue('orders', Buffer.from(`${id}${PADDING}`), { persistent: true }, (error) => {
          waiting -= 1;
          if (error === null) report.confirmed.add(id);
        });
      }
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
}

function acknowledgements(report: CrashReport, round: number): Load {
  return async (channel) => {
    let last = -1;
    let flushes = 0;
    let batch: number[] = [];
    await channel.prefetch(ACKS);
    await channel.consume('orders', (message) => {
      if (message === null) return;
      const id = Number.parseInt(message.content.toString(), 10);
      if (id <= last) report.faults.push(`round ${round}: ${id} came after ${last}`);
      if (report.settled.has(id)) report.faults.push(`round ${round}: ${id} came back though its ack was on disk`);
      if (message.content.length !== String(id).length + PADDING.length)
        report.faults.push(`round ${round}: the body of ${id} is not whole`);
      last = id;
      channel.ack(message);
      report.acknowledged.add(id);
      batch.push(id);
      if (batch.length < ACKS) return;
      const sure = batch;
      batch = [];
      flushes += 1;
      // The answer to a durable declaration waits for the disk, and for all that was written before it.
      channel.assertQueue(`flush-${round}-${flushes}`, { durable: true, arguments: { 'x-expires': 1_000 } }).then(
        () => {
          for (const each of sure) report.settled.add(each);
        },
        () => {},
      );
    });
    await new Promise(() => {});
  };
}

function topologyChanges(report: CrashReport, topology: Map<string, boolean | undefined>, round: number): Load {
  return async (channel, alive) => {
    for (let number = 0; alive(); number += 1) {
      const name = `topology-${round}-${number}`;
      topology.set(name, undefined);
      await channel.assertQueue(name, { durable: true });
      await channel.bindQueue(name, 'amq.topic', `${name}.#`);
      topology.set(name, true);
      report.topologyChanges += 2;
      if (number % 2 === 0) continue;
      topology.set(name, undefined);
      await channel.deleteQueue(name);
      topology.set(name, false);
      report.topologyChanges += 1;
    }
  };
}

/** Compares the queues and bindings after a restart with what the client was told, and removes them. */
async function checkTopology(
  broker: BrokerProcess,
  topology: Map<string, boolean | undefined>,
  report: CrashReport,
  round: number,
): Promise<void> {
  const connection = await amqplib.connect(broker.url, { noDelay: true });
  for (const [name, expected] of topology) {
    const there = await exists(connection, name);
    if (expected !== undefined && there !== expected)
      report.faults.push(`round ${round}: the queue ${name} is ${there ? 'back' : 'gone'}`);
    if (there && expected === true && !(await routed(connection, name)))
      report.faults.push(`round ${round}: the binding of ${name} is gone`);
  }
  const channel = await connection.createChannel();
  for (const name of topology.keys()) await channel.deleteQueue(name);
  topology.clear();
  await connection.close();
}

async function exists(connection: ChannelModel, name: string): Promise<boolean> {
  const channel = await connection.createChannel();
  channel.on('error', () => {});
  try {
    await channel.checkQueue(name);
    await channel.close();
    return true;
  } catch {
    return false;
  }
}

async function routed(connection: ChannelModel, name: string): Promise<boolean> {
  const channel = await connection.createConfirmChannel();
  channel.publish('amq.topic', `${name}.probe`, Buffer.from('probe'));
  await channel.waitForConfirms();
  const { messageCount } = await channel.checkQueue(name);
  await channel.close();
  return messageCount === 1;
}
