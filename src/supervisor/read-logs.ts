import type { LogLine } from '../control/protocol.js';
import { findRoot, statePlace } from '../workspace/index.js';
import { logPath } from './process-logs.js';
import { followLog, lastLines } from './read-log.js';
import { selectProcesses } from './select-processes.js';
import { workspaceStatus } from './workspace-status.js';

export interface ReadLogsOptions {
  cwd: string;
  /** None means all. */
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
  const selected = names.length === 0 ? status.processes : selectProcesses(status, names);
  const processes = selected.map(({ name }) => name);
  const place = statePlace(findRoot(cwd));
  const read = (process: string) => labelled(process, logPath(place, process), { follow, count, signal });
  return { processes, lines: follow ? merge(processes.map(read)) : inTurn(processes.map(read)) };
}

type How = Pick<ReadLogsOptions, 'follow' | 'count' | 'signal'>;

async function* labelled(process: string, path: string, { follow, count, signal }: How): AsyncGenerator<LogLine> {
  const lines = follow ? followLog(path, { count, signal }) : await lastLines(path, count);
  for await (const line of lines) yield { process, line };
}

async function* inTurn(sources: readonly AsyncGenerator<LogLine>[]): AsyncGenerator<LogLine> {
  for (const source of sources) yield* source;
}

/** Lines of all sources as they come. */
async function* merge(sources: readonly AsyncGenerator<LogLine>[]): AsyncGenerator<LogLine> {
  const next = (source: AsyncGenerator<LogLine>) => source.next().then((result) => ({ source, result }));
  const waiting = new Map(sources.map((source) => [source, next(source)]));
  try {
    while (waiting.size > 0) {
      const { source, result } = await Promise.race(waiting.values());
      if (result.done) waiting.delete(source);
      else {
        waiting.set(source, next(source));
        yield result.value;
      }
    }
  } finally {
    await Promise.allSettled(sources.map((source) => source.return(undefined)));
  }
}
