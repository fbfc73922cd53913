import { readFile } from 'node:fs/promises';
import { measureCurves } from './curves.js';
import { bundleBroker, startEmbedded } from './embedded.js';
import { measureLoads } from './loads.js';
import { rabbitmqVersion, startRabbitmq } from './rabbitmq.js';
import { targetsOf } from './targets.js';

const OWN = 'amqp-broker';
const PEER = 'rabbitmq';

/**
 * Messages a second, CPU for each of them, memory of a backlog and time to the first handshake, against RabbitMQ in the same
 * rounds where Debian's is installed; then how the cost of a message grows with what lies beside it. The client is amqplib in
 * a process of its own; bodies have 1 KB.
 *
 * @param {{ quick: boolean, say: (text: string) => void }} options
 */
export async function measure({ quick, say }) {
  /** @type {import('../report/describe-report.js').Round[]} */
  const rounds = [];
  const bundle = await bundleBroker();
  const peer = await startRabbitmq(say);
  try {
    const own = await startEmbedded(bundle.path);
    try {
      const contenders = [{ name: OWN, broker: own }, ...(peer === undefined ? [] : [{ name: PEER, broker: peer }])];
      const [first, second] = contenders;
      if (peer !== undefined)
        rounds.push({ round: 1, contender: PEER, metric: 'start to first handshake, ms', value: peer.startMs });
      rounds.push(...(await measureLoads({ contenders, own: OWN, bundle: bundle.path, quick })));
      if (!quick && first !== undefined) rounds.push(...(await measureCurves(first, second)));
    } finally {
      await own.stop();
    }
  } finally {
    await peer?.stop();
    await bundle.remove();
  }
  return { versions: await versions(), rounds, targets: targetsOf(rounds, { own: OWN, peer: PEER }) };
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
