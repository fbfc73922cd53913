import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectControl } from '../control/client.js';
import type { Status } from '../control/protocol.js';
import { failure, MscliError } from '../errors.js';
import { packageRoot } from '../package-root.js';
import type { Workspace } from '../workspace/index.js';
import type { DetachedMessage, DetachedOptions } from './detached-message.js';
import { judgeStart } from './judge-start.js';
import { logPath } from './process-logs.js';
import type { SupervisorListener } from './supervisor-event.js';

export interface UpDetachedOptions {
  workspace: Workspace;
  broker: string | undefined;
  watch: boolean;
  /** Until everything is ready: ends what was started. */
  signal: AbortSignal;
  listener: SupervisorListener;
  /** The supervisor's program. */
  entry?: string;
  entries?: DetachedOptions['entries'];
  /** How long nothing may happen, in milliseconds; a slow pull of an image keeps telling how far it is. */
  patienceMs?: number;
}

/** Starts a supervisor that outlives this process; resolves when all is ready, fails with what did not start. */
export async function upDetached(options: UpDetachedOptions): Promise<Status> {
  const { workspace, signal } = options;
  const child = await startSupervisor(options);
  const ended = once(child, 'exit');
  let lastNews = performance.now();
  try {
    const refused = new Promise<never>((_, reject) => {
      child.on('message', (message: DetachedMessage) => {
        lastNews = performance.now();
        if (message.kind === 'failed') reject(new MscliError(message.code, message.message, hintOf(message)));
        else options.listener(message.event);
      });
      ended.then(([code]) => reject(diedAtOnce(workspace, code)), reject);
    });
    refused.catch(() => {});
    return await Promise.race([refused, untilReady(options, child.pid, () => performance.now() - lastNews)]);
  } catch (error) {
    if (signal.aborted && child.exitCode === null) {
      child.kill('SIGTERM');
      await ended;
    }
    throw error;
  } finally {
    if (child.connected) child.disconnect();
    child.unref();
  }
}

async function startSupervisor({ workspace, broker, watch, entry, entries }: UpDetachedOptions) {
  const program = entry ?? join(packageRoot(), 'dist/supervisor.js');
  const options: DetachedOptions = { broker, watch, ...(entries ? { entries } : {}) };
  const path = logPath(workspace, 'supervisor');
  await mkdir(dirname(path), { recursive: true });
  const log = await open(path, 'a', 0o600);
  try {
    const child = spawn(process.execPath, ['--enable-source-maps', program, workspace.root], {
      cwd: workspace.root,
      detached: true,
      stdio: ['ignore', log.fd, log.fd, 'ipc'],
    });
    // A child that dies at once is told by its exit.
    child.send(options, () => {});
    return child;
  } finally {
    await log.close();
  }
}

async function untilReady(
  { workspace, signal, patienceMs = 180_000 }: UpDetachedOptions,
  pid: number | undefined,
  silentMs: () => number,
): Promise<Status> {
  for (;;) {
    signal.throwIfAborted();
    const control = connectControl(workspace);
    if (control && control.pid === pid) {
      const status = await control.status(signal);
      const verdict = judgeStart(status);
      if (verdict.kind === 'ready') return status;
      if (verdict.kind === 'failed') throw serviceFailed(verdict.reasons);
    }
    if (silentMs() >= patienceMs) {
      throw failure('TIMEOUT', `Not everything is ready, and nothing has happened for ${patienceMs / 1000} s.`, {
        hint: '`mscli ps` says what is not.',
      });
    }
    await sleep(25, undefined, { signal });
  }
}

function serviceFailed(reasons: readonly string[]): Error {
  return failure('SERVICE_FAILED', `Not everything started.\n${reasons.join('\n')}`, {
    hint: 'The rest runs on: `mscli logs <process>` shows more, `mscli down` ends it.',
  });
}

function diedAtOnce(workspace: Workspace, code: number | null): Error {
  return failure('SERVICE_FAILED', `The supervisor ended with exit code ${code}.`, {
    hint: `Its last words are in ${logPath(workspace, 'supervisor')}.`,
  });
}

function hintOf({ hint }: { hint?: string }): { hint?: string } {
  return hint === undefined ? {} : { hint };
}
