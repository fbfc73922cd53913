/** One line of the broker's own log. */
export interface LogLine {
  level: 'info' | 'warn' | 'error';
  message: string;
  [detail: string]: unknown;
}

/** Takes the broker's log lines. */
export type Log = (line: LogLine) => void;

export const silent: Log = () => {};
