import { median } from '../report/statistics.js';
import { OWN, PEER } from './contenders.js';
import { CPU } from './measure-speed.js';

/** @typedef {import('../report/describe-report.js').Round} Round */
/** @typedef {import('../report/describe-report.js').Target} Target */

/** At 64 connections. */
const speeds = [
  { kind: 'GET 1 KB', peer: 4.5, nginx: 0.75 },
  { kind: 'POST 10 KB', peer: 5, nginx: 0.75 },
  { kind: 'GET 64 KB', peer: 3.5, nginx: 1.1 },
];
const MOST_MEGABYTES = 80;

/**
 * Requests a second as multiples of http-proxy and of nginx, within each round, so that a slow moment of the machine meets both.
 *
 * @param {readonly Round[]} rounds
 * @returns {Round[]}
 */
export function multiples(rounds) {
  return rounds
    .filter(({ metric }) => metric.endsWith(', requests/s'))
    .flatMap((one) =>
      [PEER, 'nginx'].flatMap((other) => {
        const same = rounds.find(
          (two) => two.contender === other && two.metric === one.metric && two.round === one.round,
        );
        if (same === undefined) return [];
        const metric = one.metric.replace('requests/s', `requests/s as a multiple of ${other}`);
        return [{ ...one, metric, value: one.value / same.value }];
      }),
    );
}

/**
 * @param {{ speed: readonly Round[], settled: readonly Round[], memory: readonly Round[] }} measured
 * @returns {Target[]}
 */
export function targetsOf({ speed, settled, memory }) {
  const targets = speeds.flatMap(({ kind, peer, nginx }) => {
    const of = `${kind}, 64 connections`;
    return [
      atLeast(`${of}, requests/s, ${OWN} / ${PEER}`, ratio(speed, `${of}, requests/s`, OWN, PEER), peer),
      atLeast(`${of}, requests/s, ${OWN} / nginx`, ratio(speed, `${of}, requests/s`, OWN, 'nginx'), nginx),
      atMost(`${of}, p99, ${OWN} / nginx`, ratio(speed, `${of}, p99 ms`, OWN, 'nginx'), 1.5),
      // The same shares on a core that nobody else takes time of.
      atLeast(`${of}, CPU a request, ${PEER} / ${OWN}`, ratio(speed, `${of}, ${CPU}`, PEER, OWN), peer),
      atLeast(`${of}, CPU a request, nginx / ${OWN}`, ratio(speed, `${of}, ${CPU}`, 'nginx', OWN), nginx),
    ];
  });
  const most = memory.find(({ contender, metric }) => contender === OWN && metric.includes('512')) ?? {
    value: Number.NaN,
  };
  targets.push(atMost(`MB with 512 connections, ${OWN}`, most.value, MOST_MEGABYTES));
  targets.push(
    atMost(
      'CPU a request, JWT / as it comes',
      ratio(settled, `GET 1 KB, 64 connections, ${CPU}`, 'JWT', 'as it comes'),
      1.1,
    ),
  );
  return targets.filter(({ value }) => Number.isFinite(value));
}

/**
 * The median of the rounds' ratios.
 *
 * @param {readonly Round[]} rounds
 * @param {string} metric
 * @param {string} one
 * @param {string} other
 */
function ratio(rounds, metric, one, other) {
  const of = (/** @type {string} */ name) =>
    rounds.filter((round) => round.metric === metric && round.contender === name);
  const others = new Map(of(other).map(({ round, value }) => [round, value]));
  return median(of(one).map(({ round, value }) => value / (others.get(round) ?? Number.NaN)));
}

/** @param {string} metric @param {number} value @param {number} target */
function atLeast(metric, value, target) {
  return { metric, value, target, ok: value >= target };
}

/** @param {string} metric @param {number} value @param {number} target */
function atMost(metric, value, target) {
  return { metric, value, target, ok: value <= target };
}
