import { discoveryPath, updateDiscovery } from '@mscli/runtime/discovery';
import { checkHealth } from '../../src/supervisor/check-health.js';
import { planProcesses } from '../../src/supervisor/plan-processes.js';
import type { ProcessState } from '../../src/supervisor/process-state.js';
import { sharedConfig } from '../../src/supervisor/shared-config.js';
import { Supervisor, type SupervisorOptions } from '../../src/supervisor/supervisor.js';
import type { SupervisorEvent } from '../../src/supervisor/supervisor-event.js';
import type { Workspace } from '../../src/workspace/index.js';
import { eventually } from '../support/eventually.js';
import { serviceFixture } from './temp-workspace.js';

export interface Supervised extends AsyncDisposable {
  supervisor: Supervisor;
  events: SupervisorEvent[];
  /** The kinds of state that a process has been in, in order. */
  states(process: string): ProcessState['kind'][];
  pid(process: string): number | undefined;
  apply(workspace: Workspace): Promise<void>;
  untilState(process: string, kind: ProcessState['kind']): Promise<void>;
}

/** A supervisor over real processes; the broker is one that "somebody else runs" and always answers. */
export async function superviseWorkspace(
  workspace: Workspace,
  options: Partial<SupervisorOptions> = {},
): Promise<Supervised> {
  const events: SupervisorEvent[] = [];
  const supervisor = new Supervisor({
    discovery: { update: (change) => updateDiscovery(discoveryPath(workspace.stateUrl), change) },
    listeners: [(event) => events.push(event)],
    check: async ({ health }, signal) => (health.kind === 'amqp' ? { ok: true } : checkHealth(health, signal)),
    ...options,
  });
  const broker = { kind: 'external', url: 'amqp://127.0.0.1:5672', reason: 'test' } as const;
  const entries = { gateway: serviceFixture, embeddedBroker: serviceFixture };
  const apply = (current: Workspace) =>
    supervisor.apply(planProcesses(current, broker, { entries }), sharedConfig(current.config));
  await apply(workspace);
  const find = (process: string) => supervisor.processes.find(({ record }) => record.name === process);
  return {
    supervisor,
    events,
    states: (process) => events.flatMap((e) => (e.type === 'state' && e.process === process ? [e.state.kind] : [])),
    pid: (process) => {
      const state = find(process)?.state;
      return state && 'pid' in state ? state.pid : undefined;
    },
    apply,
    untilState: async (process, kind) => {
      await eventually(() => find(process)?.state.kind === kind);
    },
    [Symbol.asyncDispose]: () => supervisor.stop(),
  };
}
