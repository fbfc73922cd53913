import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { type Operation, operations } from './operations.js';
import { type Observation, Player } from './player.js';

/** How often RabbitMQ is asked again where it and the broker differ: it need not do the same twice. */
const ASKED_AGAIN = 2;

export interface Comparison {
  /** Sequences played on both brokers, shrinking not counted. */
  played: number;
  /** Those where RabbitMQ itself did different things in several runs, the broker's among them. */
  varying: number;
}

export interface CompareOptions {
  rabbitmq: string;
  broker: string;
  sequences: number;
  seed: number;
  /** Sequences played at the same time. */
  lanes?: number;
}

/**
 * Plays random sequences of operations on RabbitMQ and on the broker and demands the same observations.
 *
 * @throws The shortest sequence that was found to differ, with both observations and its seed.
 */
export async function compareSequences(options: CompareOptions): Promise<Comparison> {
  const { sequences, seed, lanes = 3 } = options;
  const comparison: Comparison = { played: 0, varying: 0 };
  const runs = Array.from({ length: lanes }, (_, lane) => {
    const share = Math.floor(sequences / lanes) + (lane < sequences % lanes ? 1 : 0);
    return compareLane(options, comparison, { name: `s${lane}`, runs: share, seed: seed + lane });
  });
  const failed = (await Promise.allSettled(runs)).find((run) => run.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  return comparison;
}

async function compareLane(
  { rabbitmq, broker }: CompareOptions,
  comparison: Comparison,
  lane: { name: string; runs: number; seed: number },
): Promise<void> {
  await using theirs = new Player(rabbitmq);
  await using ours = new Player(broker);
  let count = 0;
  const play = (player: Player, sequence: readonly Operation[]) => {
    count += 1;
    return player.play(sequence, `${lane.name}.${count}.`);
  };
  const sequencesAgree = fc.asyncProperty(operations, async (sequence) => {
    comparison.played += 1;
    const [expected, actual] = await Promise.all([play(theirs, sequence), play(ours, sequence)]);
    if (isDeepStrictEqual(actual, expected)) return;
    for (let asked = 0; asked < ASKED_AGAIN; asked += 1) {
      if (!isDeepStrictEqual(actual, await play(theirs, sequence))) continue;
      comparison.varying += 1;
      return;
    }
    throw new Error(difference(expected, actual));
  });
  await fc.assert(sequencesAgree, { numRuns: lane.runs, seed: lane.seed });
}

function difference(expected: readonly Observation[], actual: readonly Observation[]): string {
  const at = actual.findIndex((observation, index) => !isDeepStrictEqual(observation, expected[index]));
  const show = (observation: Observation | undefined) => JSON.stringify(observation, undefined, 1);
  return `operation ${at} differs\nRabbitMQ: ${show(expected[at])}\nbroker: ${show(actual[at])}`;
}
