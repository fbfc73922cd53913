import { measureLoad } from './measure-load.js';

const ROUNDS = 3;

/** What lies beside a workload, how much of it, and how many messages are measured: so many that one large garbage collection is lost among them. */
export const CURVES = [
  { name: 'behind a backlog', sizes: [10_000, 30_000, 100_000, 300_000], count: 60_000 },
  { name: 'beside other queues', sizes: [0, 100, 1_000, 10_000], count: 160_000 },
  { name: 'past direct bindings', sizes: [0, 100, 1_000, 10_000], count: 60_000 },
  { name: 'past topic bindings', sizes: [0, 100, 1_000, 10_000], count: 60_000 },
  { name: 'past headers bindings', sizes: [0, 100, 1_000, 10_000], count: 60_000 },
];
/** RabbitMQ compares a message with every binding of a headers exchange: fewer messages do. */
const PEER_CURVE = {
  name: 'past headers bindings',
  points: [
    { size: 0, count: 20_000 },
    { size: 100, count: 10_000 },
    { size: 1_000, count: 2_000 },
    { size: 10_000, count: 300 },
  ],
};

/**
 * The broker's CPU for a message as something else grows, in brokers that are warm. The sizes go up in one round and down in
 * the next, so that neither warming up nor another's load on the machine looks like a slope.
 *
 * @param {{ name: string, broker: import('./embedded.js').Running }} own
 * @param {{ name: string, broker: import('./embedded.js').Running } | undefined} peer
 */
export async function measureCurves(own, peer) {
  const rounds = [];
  for (let round = 1; round <= ROUNDS; round++) {
    for (const { name, sizes, count } of CURVES) {
      for (const size of round % 2 === 0 ? [...sizes].reverse() : sizes) {
        rounds.push(await measurePoint(own, { round, name, size, count }));
      }
    }
    if (peer === undefined) continue;
    for (const point of PEER_CURVE.points) {
      rounds.push(await measurePoint(peer, { round, name: PEER_CURVE.name, ...point }));
    }
  }
  return rounds;
}

/**
 * @param {{ name: string, broker: import('./embedded.js').Running }} contender
 * @param {{ round: number, name: string, size: number, count: number }} point
 */
async function measurePoint(contender, { round, name, size, count }) {
  const metric = `${name}, us CPU each`;
  const measured = await measureLoad(contender.broker, name, count, size);
  const value = measured.find((one) => one.metric === metric)?.value ?? Number.NaN;
  return { round, contender: pointName(contender.name, size), metric, value };
}

/**
 * @param {string} contender
 * @param {number} size
 */
export function pointName(contender, size) {
  return `${contender}, ${size.toLocaleString('en')}`;
}
