import { formatDuration } from '../text/duration.js';
import type { Style } from '../text/style.js';
import type { Workspace } from '../workspace/index.js';
import { describeEvent } from './describe-event.js';
import { gatewayUrl } from './describe-status.js';
import type { ProcessState } from './process-state.js';
import { statusLines } from './status-lines.js';
import type { SupervisorEvent } from './supervisor-event.js';

/** Where the text of `mscli up` goes. */
export interface Stage {
  /** The output of the processes. */
  stream(text: string): void;
  /** What mscli itself says. */
  say(text: string): void;
  /** Lines that stay below; a stage without a terminal ignores them. */
  status(lines: (columns: number) => readonly string[]): void;
  style: Style;
}

type Planned = Extract<SupervisorEvent, { type: 'planned' }>['processes'];

/** Turns events into text on a stage, and tells when everything is ready for the first time. */
export function upView(
  workspace: Workspace,
  stage: Stage,
  now: () => number = Date.now,
): (event: SupervisorEvent) => void {
  const begun = now();
  const ports = new Map<string, number | undefined>();
  const states = new Map<string, ProcessState>();
  let wasReady = false;
  const plan = (processes: Planned) => {
    const before = new Map(states);
    states.clear();
    ports.clear();
    for (const { name, port } of processes) {
      states.set(name, before.get(name) ?? { kind: 'stopped' });
      ports.set(name, port);
    }
  };
  return (event) => {
    if (event.type === 'planned') plan(event.processes);
    if (event.type === 'state' && ports.has(event.process)) states.set(event.process, event.state);
    // RabbitMQ says much that nobody asked for; `mscli logs broker` has it.
    if (event.type === 'log' && event.process === 'broker') return;
    const text = describeEvent(event, [...states.keys()], stage.style);
    if (text !== undefined) (event.type === 'log' ? stage.stream : stage.say)(text);
    if (event.type !== 'state' && event.type !== 'planned') return;
    stage.status((columns) => statusLines(states, ports, columns, stage.style));
    if (wasReady || states.size === 0 || ![...states.values()].every(({ kind }) => kind === 'ready')) return;
    wasReady = true;
    stage.say(stage.style.bold(`Everything is ready after ${formatDuration(now() - begun)}: ${gatewayUrl(workspace)}`));
  };
}
