/** The key of {@link LogEntry}'s own way of writing itself. */
export const asMembers = Symbol('asMembers');

/** A line of the gateway's log, without what every line has. */
export interface LogEntry {
  level: 'info' | 'warn' | 'error';
  msg: string;
  /** Its members as JSON, a comma before each, where it knows a shorter way than looking at each. */
  [asMembers]?(): string;
  [field: string]: unknown;
}

export type Log = (entry: LogEntry) => void;

/** JSON lines with the time, the service and the instance, as the services write them. */
export function jsonLog(
  write: (line: string) => void,
  base: { service: string; instance: string },
  now: () => number = Date.now,
): Log {
  let latest = Number.NaN;
  let beginning = '';
  const whose = JSON.stringify(base).slice(1, -1);
  return (entry) => {
    const current = now();
    // Under load many lines have the same millisecond.
    if (current !== latest) beginning = `{"time":"${new Date(current).toISOString()}",${whose}`;
    latest = current;
    write(`${beginning}${entry[asMembers]?.() ?? `,${JSON.stringify(entry).slice(1, -1)}`}}\n`);
  };
}

/** A string as JSON.stringify would write it; it takes three times as long for what is nothing but plain text. */
export function quoted(text: string): string {
  return plainText.test(text) ? `"${text}"` : JSON.stringify(text);
}

/** Printable ASCII that JSON writes as it stands. */
const plainText = /^[ !#-[\]-~]*$/;
