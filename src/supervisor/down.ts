import { type Engine, findEngine } from '../broker/docker/docker-engine.js';
import { removeBrokerData } from '../broker/remove-broker-data.js';
import { connectControl } from '../control/client.js';
import { findRoot, statePlace } from '../workspace/index.js';
import { recover } from './recover.js';

export interface DownOptions {
  cwd: string;
  /** Remove what this workspace's brokers have kept, too: the one that it uses now and those before. */
  volumes: boolean;
  signal: AbortSignal;
  onNote: (text: string) => void;
  engine?: () => Promise<Engine>;
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
export async function down({ cwd, volumes, signal, onNote, engine = findEngine }: DownOptions): Promise<DownResult> {
  const root = findRoot(cwd);
  const place = statePlace(root);
  await recover(place, onNote, signal);
  const control = connectControl(place);
  if (control) onNote(`Stopping what process ${control.pid} runs.`);
  await control?.stop(signal);
  const removed = volumes ? await removeBrokerData({ root, ...place }, engine) : [];
  return { stopped: control !== undefined, ...(control ? { pid: control.pid } : {}), removed };
}
