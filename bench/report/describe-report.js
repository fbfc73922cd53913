import { median, rounded } from './statistics.js';

/**
 * @typedef {{ round: number, contender: string, metric: string, value: number }} Round
 * @typedef {{ metric: string, value: number, target: number, ok: boolean }} Target
 * @typedef {{ name: string, machine: object, versions: object, rounds: Round[], targets: Target[] }} Report
 */

/**
 * A benchmark's report for people: every round of every contender, the median of each, then the targets.
 *
 * @param {Report} report
 */
export function describeReport({ name, machine, versions, rounds, targets }) {
  return [
    `benchmark ${name}`,
    facts(machine),
    facts(versions),
    ...[...new Set(rounds.map(({ metric }) => metric))].map((metric) => describeMetric(metric, rounds)),
    describeTargets(targets),
  ].join('\n\n');
}

/** @param {object} values */
function facts(values) {
  return Object.entries(values)
    .map(([key, value]) => `${key.padEnd(12)}  ${value}`)
    .join('\n');
}

/**
 * @param {string} metric
 * @param {Round[]} all
 */
function describeMetric(metric, all) {
  const rounds = all.filter((round) => round.metric === metric);
  const contenders = [...new Set(rounds.map(({ contender }) => contender))];
  const width = Math.max(...contenders.map((contender) => contender.length), 6);
  const lines = contenders.map((contender) => {
    const values = rounds.filter((round) => round.contender === contender).map(({ value }) => value);
    const each = values.map((value) => String(rounded(value)).padStart(6)).join(' ');
    return `${contender.padEnd(width)}  ${String(rounded(median(values))).padStart(6)}  ${each}`;
  });
  return [`${metric}, median then every round`, ...lines].join('\n');
}

/** @param {Target[]} targets */
function describeTargets(targets) {
  const width = Math.max(...targets.map(({ metric }) => metric.length), 0);
  const lines = targets.map(({ metric, value, target, ok }) =>
    [ok ? 'ok    ' : 'missed', metric.padEnd(width), String(rounded(value)).padStart(6), `target ${target}`].join('  '),
  );
  return ['targets', ...lines].join('\n');
}
