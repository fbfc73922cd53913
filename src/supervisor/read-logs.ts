import type { LogLine } from '../control/protocol.js';
import { findRoot, statePlace } from '../workspace/index.js';
import { merge } from './merge.js';
import { mergeByTime } from './merge-by-time.js';
import { logPath } from './process-logs.js';
import { followLog, lastLines } from './read-log.js';
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
  const followed = (process: string) => labelled(process, followLog(logPath(place, process), { count, signal }));
  const read = (process: string) => lastLines(logPath(place, process), count);
  return { processes, lines: follow ? merge(processes.map(followed)) : kept(processes, read) };
}

async function* labelled(process: string, lines: AsyncIterable<string>): AsyncGenerator<LogLine> {
  for await (const line of lines) yield { process, line };
}

async function* kept(processes: readonly string[], read: (process: string) => Promise<string[]>) {
  yield* mergeByTime(await Promise.all(processes.map(async (process) => ({ process, lines: await read(process) }))));
}
