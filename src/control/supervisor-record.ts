import { closeSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { isAlive, processStartTime } from '@mscli/runtime/discovery';

/** `.mscli/supervisor.json`: who runs the workspace, and what must be ended should it be killed. */
export interface SupervisorRecord {
  version: 1;
  pid: number;
  /** Tells this process from a later one with the same pid. */
  processStart: string | undefined;
  startedAt: string;
  /** Path of the control socket. */
  socket: string;
  groups: GroupRecord[];
  /** The container that this supervisor started. */
  container?: string;
}

/** A process group that the supervisor started, by the pid of its leader. */
export interface GroupRecord {
  name: string;
  pid: number;
  processStart: string | undefined;
}

export function recordPath(stateFolder: string): string {
  return join(stateFolder, 'supervisor.json');
}

/** `undefined` when there is none, or none that can be read: half a record cannot be acted upon. */
export function readRecord(stateFolder: string): SupervisorRecord | undefined {
  try {
    const record = JSON.parse(readFileSync(recordPath(stateFolder), 'utf8')) as SupervisorRecord;
    return record.version === 1 && Number.isSafeInteger(record.pid) ? record : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Synchronous, so that no moment lies between a start and its record. Not synced to the disk: after a power failure
 * none of its processes exists.
 */
export function writeRecord(stateFolder: string, record: SupervisorRecord): void {
  const path = recordPath(stateFolder);
  const file = openSync(`${path}.new`, 'w', 0o600);
  writeSync(file, JSON.stringify(record));
  closeSync(file);
  renameSync(`${path}.new`, path);
}

export function removeRecord(stateFolder: string): void {
  rmSync(recordPath(stateFolder), { force: true });
}

export function isRunning({ pid, processStart }: { pid: number; processStart: string | undefined }): boolean {
  return isAlive(pid, processStart);
}

export function groupRecord(name: string, pid: number): GroupRecord {
  return { name, pid, processStart: processStartTime(pid) };
}
