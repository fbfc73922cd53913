import { median, rounded } from '../report/statistics.js';
import { CURVES, pointName } from './curves.js';
import { LOADS } from './loads.js';
import { DRAIN } from './measure-load.js';

/** A curve is flat when its last point costs no more than so much of its first: less cannot be told apart on a shared machine. */
const FLAT = 1.3;

/**
 * What was measured beside what the issue of this broker asks for: the start, ratios to RabbitMQ, and flat curves.
 *
 * @param {import('../report/describe-report.js').Round[]} rounds
 * @param {{ own: string, peer: string }} names
 */
export function targetsOf(rounds, { own, peer }) {
  const of = (/** @type {string} */ contender, /** @type {string} */ metric) =>
    rounds.filter((one) => one.contender === contender && one.metric === metric);
  const medianOf = (/** @type {string} */ contender, /** @type {string} */ metric) =>
    median(of(contender, metric).map(({ value }) => value));
  const atMost = (/** @type {string} */ metric, /** @type {number} */ value, /** @type {number} */ target) => ({
    metric,
    value,
    target,
    ok: value <= target,
  });
  /** Within each round, so that a slow moment of the machine meets both. */
  const ratio = (/** @type {string} */ metric) => {
    const peers = new Map(of(peer, metric).map(({ round, value }) => [round, value]));
    const pairs = of(own, metric).filter(({ round }) => peers.has(round));
    return median(pairs.map(({ round, value }) => value / (peers.get(round) ?? Number.NaN)));
  };
  const targets = [];
  const start = 'start to first handshake, ms';
  targets.push(atMost(start, medianOf(own, start), 150));
  if (rounds.some(({ contender }) => contender === peer)) {
    for (const { name, target } of [...LOADS, { name: DRAIN, target: 3 }]) {
      const value = ratio(`${name}, messages/s`);
      // One process publishes and consumes: no broker makes it faster than its own CPU allows.
      const ceiling = 1e6 / medianOf(own, `${name}, client's us CPU each`) / medianOf(peer, `${name}, messages/s`);
      const metric = `${name}, rate / RabbitMQ's (the client's CPU allows ${rounded(ceiling)})`;
      targets.push({ metric, value, target, ok: value >= target });
      targets.push(atMost(`${name}, CPU / RabbitMQ's`, ratio(`${name}, us CPU each`), 0.2));
    }
    targets.push(atMost("memory / RabbitMQ's", ratio('memory of 100,000 queued, MB'), 0.333));
  }
  for (const { name, sizes } of CURVES) {
    const [first = 0, last = 0] = [sizes[0], sizes.at(-1)];
    const [from, to] = [first, last].map((size) => medianOf(pointName(own, size), `${name}, us CPU each`));
    if (from === undefined || to === undefined || Number.isNaN(from)) continue;
    const metric = `${name}, CPU at ${last.toLocaleString('en')} / at ${first.toLocaleString('en')}`;
    targets.push(atMost(metric, to / from, FLAT));
  }
  return targets;
}
