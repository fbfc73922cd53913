import { readBroker } from '../broker/broker-file.js';
import { failure } from '../errors.js';

/** The URL of the broker that a workspace uses: the configured one, else the one that `mscli up` has chosen. */
export async function brokerUrl(workspace: { stateFolder: string; config: { broker: string } }): Promise<string> {
  const { broker } = workspace.config;
  if (/^amqps?:/.test(broker)) return broker;
  const chosen = await readBroker(workspace.stateFolder);
  if (chosen !== undefined) return chosen.url;
  throw failure('BROKER_UNAVAILABLE', 'This workspace has no broker yet.', { hint: 'Start it with `mscli up`.' });
}
