import { startEmbedded } from './embedded.js';
import { measureDrain, measureLoad, measureMemory } from './measure-load.js';

/** Workload, its messages in a full and in a quick run, and what the rate has to be as a multiple of RabbitMQ's. */
export const LOADS = [
  { name: 'transient', full: 200_000, quick: 20_000, target: 3 },
  { name: 'confirmed, window 500', full: 150_000, quick: 20_000, target: 3 },
  { name: 'confirmed one by one', full: 15_000, quick: 1_000, target: 3 },
  { name: 'durable, confirmed', full: 60_000, quick: 10_000, target: 2 },
  { name: 'fan-out to 10', full: 15_000, quick: 2_000, target: 3 },
];
const BACKLOG = { full: 100_000, quick: 20_000 };

/**
 * The ordinary workloads, all contenders in each round, after each has been warmed up with every one. Memory is looked at in
 * brokers that nobody has used before: ours is started anew for it in each round, RabbitMQ only counts once.
 *
 * @param {{ contenders: { name: string, broker: import('./embedded.js').Running }[], own: string, bundle: string, quick: boolean }} options
 */
export async function measureLoads({ contenders, own, bundle, quick }) {
  /** @type {import('../report/describe-report.js').Round[]} */
  const rounds = [];
  const size = quick ? 'quick' : 'full';
  for (let round = 1; round <= (quick ? 2 : 5); round++) {
    const fresh = await startEmbedded(bundle);
    rounds.push({ round, contender: own, metric: 'start to first handshake, ms', value: fresh.startMs });
    rounds.push({ round, contender: own, ...(await measureMemory(fresh, BACKLOG[size])) });
    await fresh.stop();
    // Whoever is first in one round is last in the next.
    const inTurn = round % 2 === 0 ? [...contenders].reverse() : contenders;
    for (const { name, broker } of inTurn) {
      if (round > 1) continue;
      if (name !== own) rounds.push({ round, contender: name, ...(await measureMemory(broker, BACKLOG[size])) });
      for (const { name: load, [size]: count } of LOADS) await measureLoad(broker, load, Math.ceil(count / 2));
    }
    for (const { name: load, [size]: count } of LOADS) {
      for (const { name, broker } of inTurn) {
        const measured = await measureLoad(broker, load, count);
        rounds.push(...measured.map((one) => ({ round, contender: name, ...one })));
      }
    }
    for (const { name, broker } of inTurn) {
      const measured = await measureDrain(broker, BACKLOG[size]);
      rounds.push(...measured.map((one) => ({ round, contender: name, ...one })));
    }
  }
  return rounds;
}
