import type { BrokerPlan } from '../broker/broker-plan.js';
import { withoutPassword } from '../broker/broker-plan.js';
import type { ProcessStatus, Status } from '../control/protocol.js';
import type { SupervisorRecord } from '../control/supervisor-record.js';
import type { Workspace } from '../workspace/index.js';
import type { ManagedProcess } from './managed-process.js';
import { detailOf, pidOf } from './process-state.js';

/** What the control API and `--json` tell about a running workspace. */
export function describeStatus(
  workspace: Workspace,
  { pid, startedAt }: SupervisorRecord,
  broker: BrokerPlan,
  processes: readonly ManagedProcess[],
): Status {
  return {
    workspace: { name: workspace.name, root: workspace.root },
    supervisor: { pid, startedAt },
    broker: { kind: broker.kind, url: withoutPassword(broker.url), reason: broker.reason },
    gateway: { url: gatewayUrl(workspace) },
    processes: processes.map(describeProcess),
  };
}

export function gatewayUrl({ config }: Pick<Workspace, 'config'>): string {
  return `http://localhost:${config.gateway.port}`;
}

function describeProcess({ record, state, startedAt, restarts, lastCrash, health }: ManagedProcess): ProcessStatus {
  const detail = detailOf(state) ?? (state.kind === 'starting' ? health : undefined);
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
