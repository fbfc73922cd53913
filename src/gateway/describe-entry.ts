import type { Style } from '../text/style.js';
import type { LogEntry } from './log.js';

/** A line of the gateway's log for a person: what was asked, what came of it, who answered, how long it took. */
export function describeEntry(entry: LogEntry, now: Date, style: Style): string {
  const time = style.dim(now.toTimeString().slice(0, 8));
  const isMirrored = entry.msg === 'mirrored';
  if (entry.msg !== 'request' && !isMirrored)
    return `${time}  ${paintLevel(entry, style)}  ${[entry.msg, entry.cause].filter(Boolean).join(': ')}`;
  const { method, path, status, durationMs, upstreamInstance, reason, cause } = entry;
  const why = [reason, cause].filter(Boolean).join(': ');
  return [
    time,
    status === undefined ? style.yellow('---') : paintStatus(Number(status), style),
    ...(isMirrored ? [style.dim('mirrored')] : []),
    `${method} ${path}`,
    style.dim(`${durationMs} ms`),
    ...(upstreamInstance === undefined ? [] : [style.cyan(String(upstreamInstance))]),
    ...(why === '' ? [] : [style.yellow(why)]),
  ].join('  ');
}

function paintLevel({ level }: LogEntry, style: Style): string {
  switch (level) {
    case 'info':
      return style.green('info');
    case 'warn':
      return style.yellow('warning');
    case 'error':
      return style.red('error');
    default:
      return level satisfies never;
  }
}

function paintStatus(status: number, style: Style): string {
  if (status >= 500) return style.red(String(status));
  return status >= 400 ? style.yellow(String(status)) : style.green(String(status));
}
