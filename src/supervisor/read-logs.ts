import type { LogLine } from '../control/protocol.js';
import { findRoot, statePlace } from '../workspace/index.js';
import { CleanupStack } from './cleanup-stack.js';
import { merge } from './merge.js';
import { mergeByTime } from './merge-by-time.js';
import { logPath } from './process-logs.js';
import { lastLines, openLog } from './read-log.js';
import { selectProcesses } from './select-processes.js';
import { workspaceStatus } from './workspace-status.js';

export interface ReadLogsOptions {
  cwd: string;
  /** None means the gateway and all services. */
  names: readonly string[];
  follow: boolean;
  /** How many lines of each to begin with. */
  count: number;
  signal: AbortSignal;
}

export interface OpenLogs {
  processes: readonly string[];
  lines: AsyncIterable<LogLine>;
}

/** The kept output of processes, from their files: nothing needs to be running. Fails with `NOT_FOUND`. */
export async function readLogs({ cwd, names, follow, count, signal }: ReadLogsOptions): Promise<OpenLogs> {
  const status = await workspaceStatus(cwd, signal);
  // RabbitMQ says much that nobody asked for.
  const selected =
    names.length === 0 ? status.processes.filter(({ kind }) => kind !== 'broker') : selectProcesses(status, names);
  const processes = selected.map(({ name }) => name);
  const place = statePlace(findRoot(cwd));
  const logs = processes.map((process) => ({ process, path: logPath(place, process) }));
  return { processes, lines: follow ? followed(logs, count, signal) : kept(logs, count) };
}

interface Log {
  process: string;
  path: string;
}

async function* kept(logs: readonly Log[], count: number): AsyncGenerator<LogLine> {
  const read = async ({ process, path }: Log) => ({ process, lines: await lastLines(path, count) });
  yield* mergeByTime(await Promise.all(logs.map(read)));
}

async function* followed(logs: readonly Log[], count: number, signal: AbortSignal): AsyncGenerator<LogLine> {
  const opened = new CleanupStack();
  const open = async ({ process, path }: Log) => {
    const log = await openLog(path, count);
    opened.add(log);
    return { process, lines: log.lines, further: labelled(process, log.further({ signal })) };
  };
  try {
    const following = await Promise.all(logs.map(open));
    yield* mergeByTime(following);
    yield* merge(following.map(({ further }) => further));
  } finally {
    await opened.run();
  }
}

async function* labelled(process: string, lines: AsyncIterable<string>): AsyncGenerator<LogLine> {
  for await (const line of lines) yield { process, line };
}
