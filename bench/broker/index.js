import { readFile } from 'node:fs/promises';
import { median } from '../report/statistics.js';
import { bundleBroker, startEmbedded } from './embedded.js';
import { measureBacklog, measureLoad } from './measure-load.js';
import { rabbitmqVersion, startRabbitmq } from './rabbitmq.js';

const OWN = 'amqp-broker';
const PEER = 'rabbitmq';

/** Workload, its messages in a full and in a quick run, and what the rate has to be as a multiple of RabbitMQ's. */
const LOADS = [
  { name: 'transient', full: 60_000, quick: 10_000, target: 3 },
  { name: 'confirmed, window 500', full: 60_000, quick: 10_000, target: 3 },
  { name: 'confirmed one by one', full: 3_000, quick: 300, target: 3 },
  { name: 'durable, confirmed', full: 30_000, quick: 5_000, target: 2 },
  { name: 'fan-out to 10', full: 6_000, quick: 1_000, target: 3 },
];
const BACKLOG = { full: 100_000, quick: 20_000 };
const DEPTHS = [10_000, 30_000, 100_000];
/** Queues beside the one that is used, each with a binding that does not match. */
const OTHERS = [0, 100, 1_000, 10_000];
const PAST_OTHERS = 50_000;

/**
 * Messages a second, CPU for each of them, memory of a backlog and time to the first handshake, against RabbitMQ in the same
 * rounds where Debian's is installed. The client is amqplib in a process of its own; bodies have 1 KB.
 *
 * @param {{ quick: boolean, say: (text: string) => void }} options
 */
export async function measure({ quick, say }) {
  /** @type {import('../report/describe-report.js').Round[]} */
  const rounds = [];
  const size = quick ? 'quick' : 'full';
  const bundle = await bundleBroker();
  const peer = await startRabbitmq(say);
  try {
    if (peer !== undefined)
      rounds.push({ round: 1, contender: PEER, metric: 'start to first handshake, ms', value: peer.startMs });
    for (let round = 1; round <= (quick ? 2 : 5); round++) {
      const own = await startEmbedded(bundle.path);
      rounds.push({ round, contender: OWN, metric: 'start to first handshake, ms', value: own.startMs });
      try {
        const contenders = [{ name: OWN, broker: own }, ...(peer === undefined ? [] : [{ name: PEER, broker: peer }])];
        // Whoever is first in one round is last in the next.
        if (round % 2 === 0) contenders.reverse();
        for (const { name, broker } of contenders) {
          // RabbitMQ's memory is only comparable before anything else has used it.
          const fresh = name === OWN || round === 1;
          const backlog = await measureBacklog(broker, BACKLOG[size]);
          rounds.push(
            ...backlog
              .map((one) => ({ round, contender: name, ...one }))
              .filter(({ metric }) => fresh || !/memory/.test(metric)),
          );
        }
        for (const { name: load, [size]: count } of LOADS) {
          for (const { name, broker } of contenders) {
            const measured = await measureLoad(broker, load, count);
            rounds.push(...measured.map((one) => ({ round, contender: name, ...one })));
          }
        }
      } finally {
        await own.stop();
      }
    }
    if (!quick) rounds.push(...(await measureDepths(bundle.path)), ...(await measureOthers(bundle.path)));
  } finally {
    await peer?.stop();
    await bundle.remove();
  }
  return { versions: await versions(), rounds, targets: targetsOf(rounds, peer !== undefined) };
}

/**
 * What a message costs behind backlogs of different depths.
 *
 * @param {string} path
 */
async function measureDepths(path) {
  const rounds = [];
  for (const depth of DEPTHS) {
    const own = await startEmbedded(path);
    try {
      const [drained] = (await measureBacklog(own, depth)).filter(
        ({ metric }) => metric === 'drain of a backlog, us CPU each',
      );
      if (drained !== undefined)
        rounds.push({
          round: 1,
          contender: `${OWN}, ${depth} deep`,
          metric: 'drain, us CPU each',
          value: drained.value,
        });
    } finally {
      await own.stop();
    }
  }
  return rounds;
}

/**
 * What the client sees of a message beside other queues and bindings: declaring them is not counted.
 *
 * @param {string} path
 */
async function measureOthers(path) {
  const rounds = [];
  for (const others of OTHERS) {
    const own = await startEmbedded(path);
    try {
      const [rate] = await measureLoad(own, 'past others', PAST_OTHERS, others);
      if (rate !== undefined)
        rounds.push({ round: 1, contender: `${OWN}, beside ${others}`, metric: rate.metric, value: rate.value });
    } finally {
      await own.stop();
    }
  }
  return rounds;
}

/**
 * @param {import('../report/describe-report.js').Round[]} rounds
 * @param {boolean} compared
 */
function targetsOf(rounds, compared) {
  const start = 'start to first handshake, ms';
  const value = median(valuesOf(rounds, OWN, start));
  const targets = [{ metric: start, value, target: 150, ok: value <= 150 }];
  if (!compared) return targets;
  for (const { name, target } of [...LOADS, { name: 'drain of a backlog', target: 3 }]) {
    const rate = ratio(rounds, `${name}, messages/s`);
    const cpu = ratio(rounds, `${name}, us CPU each`);
    targets.push({ metric: `${name}, rate / RabbitMQ's`, value: rate, target, ok: rate >= target });
    targets.push({ metric: `${name}, CPU / RabbitMQ's`, value: cpu, target: 0.2, ok: cpu <= 0.2 });
  }
  const memory = ratio(rounds, 'memory of 100,000 queued, MB');
  targets.push({ metric: "memory / RabbitMQ's", value: memory, target: 0.333, ok: memory <= 1 / 3 });
  return targets;
}

/**
 * Within each round, so that a slow moment of the machine meets both; of what was measured once on one side, between medians.
 *
 * @param {import('../report/describe-report.js').Round[]} rounds
 * @param {string} metric
 */
function ratio(rounds, metric) {
  const of = (/** @type {string} */ name) => rounds.filter((one) => one.contender === name && one.metric === metric);
  const peers = new Map(of(PEER).map(({ round, value }) => [round, value]));
  const pairs = of(OWN).filter(({ round }) => peers.has(round));
  return median(pairs.map(({ round, value }) => value / (peers.get(round) ?? Number.NaN)));
}

/**
 * @param {import('../report/describe-report.js').Round[]} rounds
 * @param {string} contender
 * @param {string} metric
 */
function valuesOf(rounds, contender, metric) {
  return rounds.filter((one) => one.contender === contender && one.metric === metric).map(({ value }) => value);
}

async function versions() {
  const read = async (/** @type {string} */ path) =>
    JSON.parse(await readFile(new URL(`../../${path}`, import.meta.url), 'utf8')).version;
  return {
    'amqp-broker': await read('amqp-broker/package.json'),
    rabbitmq: (await rabbitmqVersion()) ?? 'not installed',
    amqplib: await read('node_modules/amqplib/package.json'),
  };
}
