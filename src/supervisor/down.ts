import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { forgetBroker, readBroker } from '../broker/broker-file.js';
import { connectControl } from '../control/client.js';
import { findRoot, findWorkspace, statePlace } from '../workspace/index.js';
import { recover } from './recover.js';

export interface DownOptions {
  cwd: string;
  /** Remove what the broker has kept, too. */
  volumes: boolean;
  signal: AbortSignal;
  onNote: (text: string) => void;
}

export interface DownResult {
  /** False when nothing was running. */
  stopped: boolean;
  /** The supervisor's process, when there was one. */
  pid?: number;
  /** What `--volumes` has removed. */
  removed: string[];
}

/** Stops the workspace around `cwd`; resolves when nothing of it runs. */
export async function down({ cwd, volumes, signal, onNote }: DownOptions): Promise<DownResult> {
  const root = findRoot(cwd);
  const place = statePlace(root);
  await recover(place, onNote, signal);
  const control = connectControl(place);
  if (control) onNote(`Stopping what process ${control.pid} runs.`);
  await control?.stop(signal);
  const removed = volumes ? await removeBrokerData(cwd, place.stateFolder) : [];
  return { stopped: control !== undefined, ...(control ? { pid: control.pid } : {}), removed };
}

/** Only the broker's: the services' own data stays. */
async function removeBrokerData(cwd: string, stateFolder: string): Promise<string[]> {
  const removed: string[] = [];
  const remembered = await readBroker(stateFolder);
  if (remembered?.kind === 'docker') {
    const [{ removeContainer }, { containerName, volumeName }] = await Promise.all([
      import('../broker/docker/stop-container.js'),
      import('../broker/docker/container-record.js'),
    ]);
    const { name, root } = await findWorkspace(cwd);
    removed.push(...(await removeContainer(containerName({ name, root }), volumeName({ name, root }))));
  }
  const data = join(stateFolder, 'broker');
  if (remembered?.kind === 'embedded') removed.push(`the embedded broker's messages in ${data}`);
  await rm(data, { recursive: true, force: true });
  if (remembered) removed.push('the choice of the broker');
  await forgetBroker(stateFolder);
  return removed;
}
