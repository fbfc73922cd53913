import type { LogLine } from '../control/protocol.js';
import { failure } from '../errors.js';
import type { Workspace } from '../workspace/index.js';
import { logPath } from './process-logs.js';
import { followLog, lastLines } from './read-log.js';
import type { Supervisor } from './supervisor.js';

interface How {
  follow: boolean;
  signal: AbortSignal;
}

/** The last lines of a running process, and with `follow` all that come. Fails with `NOT_FOUND`. */
export function streamLogs(
  workspace: Workspace,
  supervisor: Supervisor,
  name: string,
  how: How,
): AsyncIterable<LogLine> {
  if (!supervisor.processes.some(({ record }) => record.name === name)) {
    throw failure('NOT_FOUND', `No process is called ${name}.`);
  }
  return labelled(name, logPath(workspace, name), how);
}

async function* labelled(name: string, path: string, { follow, signal }: How): AsyncGenerator<LogLine> {
  const lines = follow ? followLog(path, { count: 100, signal }) : await lastLines(path, 100);
  for await (const line of lines) yield { process: name, line };
}
