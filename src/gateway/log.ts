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
  return ({ level, msg, ...fields }) => {
    write(`${JSON.stringify({ level, time: now().toISOString(), ...base, ...fields, msg })}\n`);
  };
}
