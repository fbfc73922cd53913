import { formatDuration } from '../text/duration.js';
import { headline } from '../text/headline.js';
import type { Style } from '../text/style.js';
import { describeLogLine } from './describe-log-line.js';
import { processPrefix } from './process-colour.js';
import type { ProcessState } from './process-state.js';
import type { SupervisorEvent } from './supervisor-event.js';

/** What a person is told of an event; no text for what the status lines or other events say already. */
export function describeEvent(event: SupervisorEvent, names: readonly string[], style: Style): string | undefined {
  switch (event.type) {
    case 'log': {
      const prefix = processPrefix(event.process, names, style);
      const lines = describeLogLine(event.line, style).split('\n');
      return lines.map((line) => prefix + line).join('\n');
    }
    case 'state':
      return describeState(event.process, event.state, style);
    case 'crashed': {
      const said = event.lastLines.map((line) => `    ${describeLogLine(line, style)}\n`).join('');
      const again = `starting it again in ${formatDuration(event.restartInMs)}`;
      const last = said === '' ? '' : `\n  its last lines:\n${said.trimEnd()}`;
      return `${style.red(`${event.process} crashed`)}: ${event.reason}; ${again}${last}`;
    }
    case 'built':
    case 'planned':
      return undefined;
    case 'build-failed':
      return style.red(event.message);
    case 'changed':
      return undefined;
    case 'note':
      return event.text;
    default:
      return event satisfies never;
  }
}

function describeState(process: string, state: ProcessState, style: Style): string | undefined {
  switch (state.kind) {
    case 'ready':
      return `${process} is ${style.green('ready')}`;
    case 'unhealthy':
      return `${process} is ${style.yellow('unhealthy')}: ${state.reason}`;
    case 'failed':
      return `${process} has ${style.red('failed')}: ${headline(state.reason)}`;
    case 'stopped':
      return style.dim(`${process} is stopped`);
    case 'building':
    case 'waiting':
    case 'starting':
    case 'stopping':
    case 'backing-off':
      return undefined;
    default:
      return state satisfies never;
  }
}
