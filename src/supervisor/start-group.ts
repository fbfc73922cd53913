import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { execa } from 'execa';
import type { ProcessRecord } from './process-record.js';
import type { Exit, Running } from './running.js';
import { killGroup, stopGroup } from './stop-group.js';

/**
 * Starts a process as the leader of its own group, so that it can be stopped together with everything it starts,
 * and so that a Ctrl-C in the terminal reaches the supervisor alone. Node processes get an IPC channel: its end
 * tells them that the supervisor is gone.
 */
export function startGroup(record: ProcessRecord, onLine: (line: string) => void): Running {
  const child = spawn(record);
  const lines = Promise.all([eachLine(child.stdout, onLine), eachLine(child.stderr, onLine)]);
  const { pid } = child;
  const exited = child.then(async (result): Promise<Exit> => {
    // What the leader leaves behind in its group would hold its pipes and its port.
    if (pid !== undefined) killGroup(pid);
    await lines;
    if (result.signal !== undefined) return { kind: 'signal', signal: result.signal };
    if (result.exitCode !== undefined) return { kind: 'code', code: result.exitCode };
    return { kind: 'error', message: result.originalMessage ?? 'unknown reason' };
  });
  return {
    pid,
    exited,
    stop: async (deadlineMs) => {
      if (pid !== undefined) await stopGroup(pid, deadlineMs);
      await exited;
    },
  };
}

function spawn({ run, cwd, env }: ProcessRecord) {
  const shared = {
    cwd,
    env: { ...env },
    stdin: 'ignore',
    buffer: false,
    reject: false,
    detached: true,
    cleanup: false,
  } as const;
  if (run.kind === 'shell') return execa(run.command, { ...shared, shell: true });
  if (run.kind === 'node') {
    const args = ['--enable-source-maps', ...(run.nodeArgs ?? []), run.entry];
    return execa(process.execPath, args, { ...shared, ipc: true });
  }
  throw new Error(`a ${run.kind} is not a process of ours`);
}

async function eachLine(stream: Readable, onLine: (line: string) => void): Promise<void> {
  const lines = createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY });
  lines.on('line', onLine);
  await new Promise<void>((resolve) => lines.once('close', resolve));
}
