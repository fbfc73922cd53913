import type { Style } from '../text/style.js';

/** pino's levels, as numbers or, with a formatter, as words. */
const levels: Readonly<Record<string, number>> = { trace: 10, debug: 20, info: 30, warn: 40, error: 50, fatal: 60 };

interface PinoLine {
  level: number;
  time?: number | string;
  msg?: string;
  [field: string]: unknown;
}

/** What everybody knows or nobody reads in a terminal: the prefix names the process, the files keep the rest. */
const hidden = new Set('level time msg v name pid hostname service instance trace traceId spanId requestId'.split(' '));

/** A line of output as people read it: pino's JSON becomes time, level, message and fields; all else stays as it is. */
export function describeLogLine(line: string, style: Style): string {
  const entry = parse(line);
  if (!entry) return line;
  const message = messageOf(entry);
  const said = new Set(message.split(' '));
  const isNews = ([field, value]: [string, unknown]) => !hidden.has(field) && !repeats(said, field, value);
  const { err, ...fields } = Object.fromEntries(Object.entries(entry).filter(isNews));
  const parts = [
    style.dim(timeOf(entry.time)),
    levelOf(entry.level, style),
    message,
    style.dim(Object.entries(fields).map(describeField).join(' ')),
  ];
  return parts.filter((part) => part !== '').join(' ') + describeError(err, style);
}

/** The gateway tells a request in fields alone. */
function messageOf({ msg = '', method, path, status }: PinoLine): string {
  return msg === 'request' && method && path && status ? `${method} ${path} ${status}` : msg;
}

/** Whether the message has the field already, as `POST /orders 201` has method, url and status. A number may be chance. */
function repeats(said: ReadonlySet<string>, field: string, value: unknown): boolean {
  return (typeof value === 'string' || field === 'status') && said.has(String(value));
}

function parse(line: string): PinoLine | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const entry = JSON.parse(line) as Omit<PinoLine, 'level'> & { level?: unknown };
    const level = typeof entry.level === 'string' ? levels[entry.level.toLowerCase()] : entry.level;
    return typeof level === 'number' ? { ...entry, level } : undefined;
  } catch {
    return undefined;
  }
}

function timeOf(time: number | string | undefined): string {
  const date = new Date(time ?? Number.NaN);
  if (Number.isNaN(date.getTime())) return '';
  const [hours, minutes, seconds] = [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) => pad(part, 2));
  return `${hours}:${minutes}:${seconds}.${pad(date.getMilliseconds(), 3)}`;
}

function pad(value: number, digits: number): string {
  return String(value).padStart(digits, '0');
}

function levelOf(level: number, style: Style): string {
  if (level >= 60) return style.bold(style.red('FATAL'));
  if (level >= 50) return style.red('ERROR');
  if (level >= 40) return style.yellow('WARN ');
  if (level >= 30) return style.green('INFO ');
  return style.dim(level >= 20 ? 'DEBUG' : 'TRACE');
}

function describeField([name, value]: [string, unknown]): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return `${name}=${typeof value === 'string' && /[\s"=]/.test(value) ? JSON.stringify(value) : text}`;
}

function describeError(err: unknown, style: Style): string {
  if (typeof err !== 'object' || err === null) return err === undefined ? '' : ` ${style.red(String(err))}`;
  const { stack, message } = err as { stack?: string; message?: string };
  return `\n${style.red(stack ?? message ?? JSON.stringify(err))}`;
}
