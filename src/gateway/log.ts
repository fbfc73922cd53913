/** The key of {@link LogEntry}'s members as text. */
export const members: unique symbol = Symbol('members');

/** A line of the gateway's log, without what every line has. */
export interface LogEntry {
  level: 'info' | 'warn' | 'error';
  msg: string;
  /** All of its members as JSON, a comma before each, where they are written already; whoever looks at one needs {@link wholeEntry} then. */
  [members]?: string;
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
    write(`${beginning}${entry[members] ?? `,${JSON.stringify(entry).slice(1, -1)}`}}\n`);
  };
}

/** The entry with all of its members, also where they are written already. */
export function wholeEntry(entry: LogEntry): LogEntry {
  const written = entry[members];
  return written === undefined ? entry : JSON.parse(`{${written.slice(1)}}`);
}

/** A string as JSON.stringify would write it; it takes three times as long for what is nothing but plain text. */
export function quoted(text: string): string {
  return plainText.test(text) ? `"${text}"` : JSON.stringify(text);
}

/** Printable ASCII that JSON writes as it stands. */
const plainText = /^[ !#-[\]-~]*$/;
