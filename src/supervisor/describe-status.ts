import type { BrokerPlan } from '../broker/broker-plan.js';
import { withoutPassword } from '../broker/broker-plan.js';
import type { ProcessStatus, Status } from '../control/protocol.js';
import type { SupervisorRecord } from '../control/supervisor-record.js';
import type { Workspace } from '../workspace/index.js';
import type { ManagedProcess } from './managed-process.js';
import { detailOf, pidOf } from './process-state.js';

interface Running {
  processes: readonly ManagedProcess[];
  /** Why the present source of a service does not build, if it does not. */
  buildFault(service: string): string | undefined;
}

/** What the control API and `--json` tell about a running workspace. */
export function describeStatus(
  workspace: Workspace,
  { pid, startedAt }: SupervisorRecord,
  broker: BrokerPlan,
  running: Running,
  configFault?: string,
): Status {
  return {
    workspace: { name: workspace.name, root: workspace.root },
    supervisor: { pid, startedAt },
    broker: { kind: broker.kind, url: withoutPassword(broker.url), reason: broker.reason },
    gateway: { url: gatewayUrl(workspace) },
    ...(configFault === undefined ? {} : { configFault }),
    processes: running.processes.map((process) => describeProcess(process, running.buildFault(process.record.service))),
  };
}

export function gatewayUrl({ config }: Pick<Workspace, 'config'>): string {
  const { port, settings } = config.gateway;
  return `${settings.tls === undefined ? 'http' : 'https'}://localhost:${port}`;
}

function describeProcess(process: ManagedProcess, buildFault: string | undefined): ProcessStatus {
  const { record, state, startedAt, restarts, lastCrash } = process;
  const detail = describeDetail(process, buildFault);
  const pid = pidOf(state);
  return {
    name: record.name,
    kind: record.kind,
    service: record.service,
    instanceId: record.instanceId,
    state: state.kind,
    ...(detail === undefined ? {} : { detail }),
    ...(pid === undefined ? {} : { pid }),
    ...(record.port === undefined ? {} : { port: record.port }),
    ...(startedAt === undefined ? {} : { startedAt: new Date(startedAt).toISOString() }),
    restarts,
    ...(lastCrash === undefined ? {} : { lastCrash }),
  };
}

function describeDetail({ state, health }: ManagedProcess, buildFault: string | undefined): string | undefined {
  const detail = detailOf(state) ?? (state.kind === 'starting' ? health : undefined);
  if (detail !== undefined || buildFault === undefined || state.kind !== 'ready') return detail;
  return `the version before runs on: ${buildFault}`;
}
