import { once } from 'node:events';
import { exitCodeOf, MscliError } from '../errors.js';
import { findWorkspace } from '../workspace/index.js';
import type { DetachedMessage, DetachedOptions } from './detached-message.js';
import { LogFile } from './log-file.js';
import { logPath } from './process-logs.js';
import { runWorkspace } from './run-workspace.js';

/** The supervisor as a process of its own, `mscli up --detach`. Its one argument is the root; its first message are {@link DetachedOptions}. */
const root = process.argv[2] ?? process.cwd();
const abort = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => abort.abort());

try {
  const [options] = (await Promise.race([once(process, 'message'), abandoned()])) as [DetachedOptions];
  const workspace = await findWorkspace(root);
  await using log = new LogFile(logPath(workspace, 'supervisor'));
  const running = await runWorkspace({
    ...options,
    workspace,
    signal: abort.signal,
    listener: (event) => {
      if (event.type === 'log') return;
      log.append(JSON.stringify({ time: Date.now(), ...event }));
      tell({ kind: 'event', event });
    },
  });
  await running.stopped;
  process.exitCode = 0;
} catch (error) {
  const known = error instanceof MscliError ? error : undefined;
  const message = error instanceof Error ? error.message : String(error);
  tell({ kind: 'failed', code: known?.code ?? 'FAILED', message, ...(known?.hint ? { hint: known.hint } : {}) });
  process.exitCode = exitCodeOf(error);
}
// Whoever started us may have gone, and a hung socket of theirs must not keep us.
if (process.connected) process.disconnect();

async function abandoned(): Promise<never> {
  await once(process, 'disconnect');
  throw new MscliError('INTERRUPTED', 'Whoever started the supervisor went before it said what to start.');
}

function tell(message: DetachedMessage): void {
  if (process.connected) process.send?.(message, () => {});
}
