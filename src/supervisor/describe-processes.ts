import { describeActivity } from '../broker/describe-activity.js';
import type { ProcessStateName, ProcessStatus } from '../control/protocol.js';
import { formatDuration } from '../text/duration.js';
import type { Style } from '../text/style.js';
import { table } from '../text/table.js';
import type { StatusWithActivity } from './workspace-status.js';

/** The table of `mscli ps`. */
export function describeProcesses(
  { workspace, supervisor, broker, gateway, configFault, processes }: StatusWithActivity,
  now: number,
  style: Style,
  limit?: number,
): string {
  const rows = processes.map((process) => rowOf(process, now, style));
  const about = supervisor ? `up, run by process ${supervisor.pid}` : 'not running';
  const places = [
    supervisor ? `gateway  ${gateway.url}\n` : '',
    broker ? `broker   ${broker.kind} at ${broker.url}${style.dim(broker.reason && ` (${broker.reason})`)}\n` : '',
    broker?.activity ? describeActivity(broker.activity, style, limit) : '',
  ].join('');
  return [
    `${style.bold(workspace.name)} is ${about}\n\n`,
    table(['NAME', 'KIND', 'STATE', 'PID', 'PORT', 'UPTIME', 'RESTARTS', 'DETAIL'], rows, style, limit),
    places && `\n${places}`,
    configFault === undefined ? '' : `\n${style.yellow('What runs is not what mscli.yaml says')}: ${configFault}\n`,
  ].join('');
}

/** Also a status line while `mscli up` runs in a terminal. */
export function paintState(state: ProcessStateName, style: Style): string {
  switch (state) {
    case 'ready':
      return style.green(state);
    case 'failed':
    case 'backing-off':
      return style.red(state);
    case 'unhealthy':
      return style.yellow(state);
    case 'stopped':
      return style.dim(state);
    case 'building':
    case 'waiting':
    case 'starting':
    case 'stopping':
      return style.cyan(state);
    default:
      return state satisfies never;
  }
}

function rowOf(process: ProcessStatus, now: number, style: Style): string[] {
  const { name, kind, state, pid, port, startedAt, restarts, detail, lastCrash } = process;
  return [
    name,
    kind,
    paintState(state, style),
    pid === undefined ? '-' : `${pid}`,
    port === undefined ? '-' : `${port}`,
    startedAt === undefined ? '-' : formatDuration(now - Date.parse(startedAt)),
    `${restarts}`,
    (detail ?? (lastCrash === undefined ? '' : `last crash: ${lastCrash}`)).split('\n', 1)[0] ?? '',
  ];
}
