import type { LogLine } from '../control/protocol.js';

/**
 * The lines of several processes as one story. A line without a time belongs to the one before it; those at the
 * beginning belong to the first that has one. Within a process the order stays as it was written.
 */
export function mergeByTime(logs: readonly { process: string; lines: readonly string[] }[]): LogLine[] {
  const dated = logs.flatMap(({ process, lines }) => {
    const times = lines.map(timeOf);
    let last = times.find((time) => time !== undefined) ?? 0;
    return lines.map((line, index) => {
      last = Math.max(last, times[index] ?? last);
      return { at: last, entry: { process, line } };
    });
  });
  return dated.sort((one, other) => one.at - other.at).map(({ entry }) => entry);
}

/** pino's `time`, or the time with a zone that a plain line begins with. */
function timeOf(line: string): number | undefined {
  const text = line.startsWith('{')
    ? pinoTime(line)
    : /^\d{4}-\d\d-\d\d[ T][\d:.]+ ?(?:Z|[+-]\d\d:?\d\d)/.exec(line)?.[0];
  const time = typeof text === 'number' ? text : Date.parse(text ?? '');
  return Number.isFinite(time) ? time : undefined;
}

function pinoTime(line: string): string | number | undefined {
  try {
    const { time } = JSON.parse(line) as { time?: unknown };
    return typeof time === 'number' || typeof time === 'string' ? time : undefined;
  } catch {
    return undefined;
  }
}
