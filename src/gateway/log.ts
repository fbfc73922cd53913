/** A line of the gateway's log, without what every line has. */
export interface LogEntry {
  level: 'info' | 'warn' | 'error';
  msg: string;
  [field: string]: unknown;
}

export type Log = (entry: LogEntry) => void;

/** JSON lines with the time, the service and the instance, as the services write them. */
export function jsonLog(
  write: (line: string) => void,
  base: { service: string; instance: string },
  now: () => Date = () => new Date(),
): Log {
  let latest = Number.NaN;
  let time = '';
  const whose = JSON.stringify(base).slice(1, -1);
  // The parts are joined as text: a copy of every entry would cost as much as all else.
  return (entry) => {
    const current = now();
    // Under load many lines have the same millisecond.
    if (current.getTime() !== latest) time = current.toISOString();
    latest = current.getTime();
    write(`{"time":"${time}",${whose},${JSON.stringify(entry).slice(1)}\n`);
  };
}
