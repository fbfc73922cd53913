import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { forgetBroker, readBroker } from './broker-file.js';
import { type Engine, findEngine } from './docker/docker-engine.js';

/**
 * Removes what every broker of a workspace has kept, also those that were chosen before the present one; says what there
 * was. Only the broker's: the services' own data stays. Fails with `DOCKER_UNAVAILABLE` when the present one runs in Docker
 * and no engine answers.
 */
export async function removeBrokerData(
  { root, stateFolder }: { root: string; stateFolder: string },
  engine: () => Promise<Engine> = findEngine,
): Promise<string[]> {
  const remembered = await readBroker(stateFolder);
  const removed = await removeFromDocker(root, await engine(), remembered?.kind === 'docker');
  const data = join(stateFolder, 'broker');
  if (existsSync(data)) removed.push(`the embedded broker's messages in ${data}`);
  await rm(data, { recursive: true, force: true });
  if (remembered) removed.push('the choice of the broker');
  await forgetBroker(stateFolder);
  return removed;
}

async function removeFromDocker(root: string, engine: Engine, mustAnswer: boolean): Promise<string[]> {
  if (engine.kind === 'present') {
    const { removeBroker } = await import('./docker/remove-broker.js');
    return removeBroker(engine.docker, root);
  }
  if (!mustAnswer) return [];
  const { dockerSilent } = await import('./docker/stop-container.js');
  throw dockerSilent(engine.reason);
}
