import { type LogEntry, membersOf } from '../../../src/gateway/log.js';

/** An entry as a reader of the log gets it. */
export function logged(entry: LogEntry): LogEntry {
  return JSON.parse(`{${membersOf(entry).slice(1)}}`);
}
