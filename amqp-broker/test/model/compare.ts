import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { sequences as arbitrarySequences } from './generate.js';
import type { Operation } from './operations.js';
import { type Observation, type Played, Player } from './player.js';
import { Turns } from './turns.js';
import { unlike } from './unlike.js';

/** How often a sequence that differed is played again by itself: where its processes race, RabbitMQ does not do the same each time. */
const AGAIN = 5;

export interface Comparison {
  /** Sequences played on both brokers, shrinking not counted. */
  played: number;
  /** Those that differed at first, and not any more when they were played by themselves, or where RabbitMQ differed from itself. */
  varying: number;
  /** Those that were too slow for their times to live, and say nothing. */
  late: number;
  /** Those in which RabbitMQ did what the broker does not, on purpose. */
  unlike: number;
}

export interface CompareOptions {
  rabbitmq: string;
  broker: string;
  sequences: number;
  seed: number;
  /** Sequences played at the same time. */
  lanes?: number;
}

interface Lanes {
  readonly turns: Turns;
  /** The lane that found a difference. */
  shrinks: string | undefined;
}

/**
 * Plays random sequences of operations on RabbitMQ and on the broker and demands the same observations.
 *
 * @throws The shortest sequence that was found to differ, with both observations and its seed.
 */
export async function compareSequences(options: CompareOptions): Promise<Comparison> {
  const { sequences, seed, lanes = 12 } = options;
  const comparison: Comparison = { played: 0, varying: 0, late: 0, unlike: 0 };
  const state: Lanes = { turns: new Turns(), shrinks: undefined };
  const runs = Array.from({ length: Math.min(lanes, sequences) }, (_, lane) => {
    const share = Math.floor(sequences / lanes) + (lane < sequences % lanes ? 1 : 0);
    return compareLane(options, comparison, state, { name: `s${lane}`, runs: share, seed: seed + lane });
  });
  const failed = (await Promise.allSettled(runs)).find((run) => run.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  return comparison;
}

async function compareLane(
  { rabbitmq, broker }: CompareOptions,
  comparison: Comparison,
  state: Lanes,
  lane: { name: string; runs: number; seed: number },
): Promise<void> {
  await using theirs = new Player(rabbitmq);
  await using ours = new Player(broker);
  let count = 0;
  const both = (sequence: readonly Operation[]): Promise<[Played, Played]> => {
    count += 1;
    const prefix = `${lane.name}.${count}.`;
    return Promise.all([theirs.play(sequence, prefix), ours.play(sequence, prefix)]);
  };
  const sequencesAgree = fc.asyncProperty(arbitrarySequences, async (sequence) => {
    if (state.shrinks === undefined) {
      comparison.played += 1;
      const played = await state.turns.beside(() => both(sequence));
      if (late(played)) comparison.late += 1;
      if (agree(played)) return;
      if (unlike(played[0])) {
        comparison.unlike += 1;
        return;
      }
    }
    await state.turns.byItself(async () => {
      // Another lane found a difference first, and shrinks its own sequence.
      if ((state.shrinks ?? lane.name) !== lane.name) return;
      const fault = await stillDiffers(sequence, both);
      if (fault !== undefined) {
        state.shrinks = lane.name;
        throw new Error(fault);
      }
      if (state.shrinks === undefined) comparison.varying += 1;
    });
  });
  await fc.assert(sequencesAgree, { numRuns: lane.runs, seed: lane.seed });
}

/** What differs each time that the sequence is played by itself, while RabbitMQ does the same each time. */
async function stillDiffers(
  sequence: readonly Operation[],
  both: (sequence: readonly Operation[]) => Promise<[Played, Played]>,
): Promise<string | undefined> {
  let first: [Played, Played] | undefined;
  for (let times = 0; times < AGAIN; times += 1) {
    const played = await both(sequence);
    first ??= played;
    if (agree(played) || unlike(played[0])) return undefined;
    if (!isDeepStrictEqual(played[0].seen, first[0].seen)) return undefined;
  }
  return first === undefined ? undefined : difference(first[0].seen, first[1].seen);
}

/** What came too late says nothing. */
function agree(played: [Played, Played]): boolean {
  const [expected, actual] = played;
  if (late(played)) return true;
  return expected.endless === actual.endless && isDeepStrictEqual(actual.seen, expected.seen);
}

function late([expected, actual]: [Played, Played]): boolean {
  return expected.late || actual.late;
}

function difference(expected: readonly Observation[], actual: readonly Observation[]): string {
  const at = actual.findIndex((observation, index) => !isDeepStrictEqual(observation, expected[index]));
  const show = (observation: Observation | undefined) => JSON.stringify(observation, undefined, 1);
  return `operation ${at} differs\nRabbitMQ: ${show(expected[at])}\nbroker: ${show(actual[at])}`;
}
