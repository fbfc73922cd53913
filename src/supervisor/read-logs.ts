import type { LogLine } from '../control/protocol.js';
import { findRoot, statePlace } from '../workspace/index.js';
import { CleanupStack } from './cleanup-stack.js';
import { merge } from './merge.js';
import { mergeByTime } from './merge-by-time.js';
import { logPath } from './process-logs.js';
import { lastLines, openLog } from './read-log.js';
import { selectProcesses } from './select-processes.js';
import { wholeRecords } from './whole-records.js';
import { workspaceStatus } from './workspace-status.js';

export interface ReadLogsOptions {
  cwd: string;
  /** None means the gateway and all services. */
  names: readonly string[];
  follow: boolean;
  /** How many lines of each to begin with; more where the first record would be cut. */
  count: number;
  /** How many lines a record takes. Default one. */
  height?: (record: string) => number;
  signal: AbortSignal;
}

export interface OpenLogs {
  processes: readonly string[];
  lines: AsyncIterable<LogLine>;
}

/** The kept output of processes, from their files: nothing needs to be running. Fails with `NOT_FOUND`. */
export async function readLogs({ cwd, names, follow, signal, ...amount }: ReadLogsOptions): Promise<OpenLogs> {
  const status = await workspaceStatus(cwd, signal);
  // RabbitMQ says much that nobody asked for.
  const selected =
    names.length === 0 ? status.processes.filter(({ kind }) => kind !== 'broker') : selectProcesses(status, names);
  const processes = selected.map(({ name }) => name);
  const place = statePlace(findRoot(cwd));
  const logs = processes.map((process) => ({ process, path: logPath(place, process) }));
  return { processes, lines: follow ? followed(logs, amount, signal) : kept(logs, amount) };
}

interface Log {
  process: string;
  path: string;
}

type Amount = Pick<ReadLogsOptions, 'count' | 'height'>;

function trim(records: readonly string[], { count, height = () => 1 }: Amount): string[] {
  return wholeRecords(records, count, height);
}

async function* kept(logs: readonly Log[], amount: Amount): AsyncGenerator<LogLine> {
  const read = async ({ process, path }: Log) => ({
    process,
    lines: trim(await lastLines(path, amount.count), amount),
  });
  yield* mergeByTime(await Promise.all(logs.map(read)));
}

async function* followed(logs: readonly Log[], amount: Amount, signal: AbortSignal): AsyncGenerator<LogLine> {
  const opened = new CleanupStack();
  const open = async ({ process, path }: Log) => {
    const log = await openLog(path, amount.count);
    opened.add(log);
    return { process, lines: trim(log.lines, amount), further: labelled(process, log.further({ signal })) };
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
