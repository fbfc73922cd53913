import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { processStartTime, withLock } from '@mscli/runtime/discovery';
import { controlSocketPath } from '../control/socket-path.js';
import {
  isRunning,
  readRecord,
  removeRecord,
  type SupervisorRecord,
  writeRecord,
} from '../control/supervisor-record.js';
import { failure } from '../errors.js';
import type { Workspace } from '../workspace/index.js';
import { cleanUpAfter } from './recover.js';

export interface ClaimOptions {
  signal: AbortSignal;
  /** Told what was cleaned up after a killed supervisor. */
  onNote: (text: string) => void;
}

/**
 * Makes this process the supervisor of the workspace: of any number that try at once, one succeeds.
 * Fails with `ALREADY_RUNNING`, naming the pid.
 */
export async function claimWorkspace(
  { stateFolder, name }: Pick<Workspace, 'stateFolder' | 'name'>,
  { signal, onNote }: ClaimOptions,
): Promise<SupervisorRecord> {
  await mkdir(stateFolder, { recursive: true });
  const lock = join(stateFolder, 'supervisor.lock');
  return withLock(lock, { signal, timeoutMs: 30_000 }, async () => {
    const before = readRecord(stateFolder);
    if (before && isRunning(before)) throw alreadyRunning(name, before.pid);
    if (before) await cleanUpAfter(before, stateFolder, onNote);
    const record: SupervisorRecord = {
      version: 1,
      pid: process.pid,
      processStart: processStartTime(process.pid),
      startedAt: new Date().toISOString(),
      socket: await controlSocketPath(stateFolder),
      groups: [],
    };
    writeRecord(stateFolder, record);
    return record;
  });
}

/** Gives the workspace back. */
export function releaseWorkspace({ stateFolder }: Pick<Workspace, 'stateFolder'>): void {
  if (readRecord(stateFolder)?.pid === process.pid) removeRecord(stateFolder);
}

function alreadyRunning(name: string, pid: number): Error {
  return failure('ALREADY_RUNNING', `${name} is already up; process ${pid} runs it.`, {
    hint: '`mscli ps` shows what runs, `mscli down` ends it.',
  });
}
