import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pruneDead, updateDiscovery, withLock } from '@mscli/runtime/discovery';
import {
  type GroupRecord,
  isRunning,
  readRecord,
  removeRecord,
  type SupervisorRecord,
} from '../control/supervisor-record.js';
import type { Workspace } from '../workspace/index.js';
import { hasLivingMember, stopGroup } from './stop-group.js';

/**
 * Ends what a killed supervisor has left behind: processes that did not notice, its container, its records.
 * Does nothing, and costs one small read, where there was none. Every command may call it.
 */
export async function recover(
  { stateFolder }: Pick<Workspace, 'stateFolder'>,
  onNote: (text: string) => void,
  signal?: AbortSignal,
): Promise<void> {
  const seen = readRecord(stateFolder);
  if (!seen || isRunning(seen)) return;
  await withLock(join(stateFolder, 'supervisor.lock'), { signal, timeoutMs: 30_000 }, async () => {
    const record = readRecord(stateFolder);
    if (record && !isRunning(record)) await cleanUpAfter(record, stateFolder, onNote);
  });
}

/** Only under the supervisor's lock. */
export async function cleanUpAfter(
  record: SupervisorRecord,
  stateFolder: string,
  onNote: (text: string) => void,
): Promise<void> {
  const ours = await Promise.all(record.groups.map(isOurs));
  const orphans = record.groups.filter((_, index) => ours[index]);
  await Promise.all(orphans.map(({ pid }) => stopGroup(pid, 5_000)));
  const ended = orphans.map(({ name, pid }) => `${name} (${pid})`).join(', ');
  const what = ended === '' ? 'nothing of it was left running' : `ended ${ended}`;
  onNote(`The last \`mscli up\` (process ${record.pid}) did not end in order; ${what}.`);
  if (record.container) await stopLeftContainer(record.container, onNote);
  await rm(record.socket, { force: true });
  await updateDiscovery(join(stateFolder, 'discovery.json'), (draft) => {
    pruneDead(draft);
    draft.routes = [];
    draft.breakerSettings = {};
  });
  removeRecord(stateFolder);
}

/** A leader that has ended keeps its pid reserved as long as its group has members. */
async function isOurs(group: GroupRecord): Promise<boolean> {
  if (!(await hasLivingMember(group.pid))) return false;
  return isRunning(group) || !isRunning({ pid: group.pid, processStart: undefined });
}

async function stopLeftContainer(name: string, onNote: (text: string) => void): Promise<void> {
  try {
    const { stopContainer } = await import('../broker/docker/stop-container.js');
    if (await stopContainer(name)) onNote(`Stopped the container ${name}.`);
  } catch (error) {
    onNote(`The container ${name} could not be stopped: ${error instanceof Error ? error.message : String(error)}`);
  }
}
