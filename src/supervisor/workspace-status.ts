import { type BrokerActivity, brokerActivity } from '../broker/broker-activity.js';
import { readBroker } from '../broker/broker-file.js';
import { withoutPassword } from '../broker/broker-plan.js';
import { connectControl } from '../control/client.js';
import type { ProcessStatus, Status } from '../control/protocol.js';
import { findRoot, findWorkspace, statePlace, type Workspace } from '../workspace/index.js';
import { gatewayUrl } from './describe-status.js';
import { processNames } from './plan-processes.js';

/** What `ps` shows. */
export interface StatusWithActivity extends Status {
  broker?: NonNullable<Status['broker']> & { activity?: BrokerActivity };
}

/** How the workspace around `cwd` is, running or not. What runs is asked first: it does not need a valid mscli.yaml. */
export async function workspaceStatus(cwd: string, signal: AbortSignal): Promise<Status> {
  const control = connectControl(statePlace(findRoot(cwd)));
  return control ? control.status(signal) : idleStatus(await findWorkspace(cwd));
}

/** The same, with what the broker does, if it runs and tells. */
export async function statusWithActivity(cwd: string, signal: AbortSignal): Promise<StatusWithActivity> {
  const status = await workspaceStatus(cwd, signal);
  const running = status.processes.some(
    ({ kind, pid, state }) => kind === 'broker' && (pid !== undefined || state === 'ready'),
  );
  const remembered = running ? await readBroker(statePlace(findRoot(cwd)).stateFolder) : undefined;
  if (status.broker === undefined || remembered === undefined) return status;
  const activity = await brokerActivity(remembered, { signal });
  return activity === undefined ? status : { ...status, broker: { ...status.broker, activity } };
}

/** The status when nothing runs. */
async function idleStatus(workspace: Workspace): Promise<Status> {
  const { name, root, config, stateFolder } = workspace;
  const broker = await readBroker(stateFolder);
  const brokerPort = broker ? Number(new URL(broker.url).port) || undefined : undefined;
  const services = Object.entries(config.services).flatMap(([service, settings]) =>
    processNames(service, settings).map((process, index) =>
      stopped('service', process, service, `${service}-${index + 1}`, settings.port + index),
    ),
  );
  return {
    workspace: { name, root },
    ...(broker ? { broker: { kind: broker.kind, url: withoutPassword(broker.url), reason: broker.reason } } : {}),
    gateway: { url: gatewayUrl(workspace) },
    processes: [
      stopped('broker', 'broker', 'broker', 'broker-1', brokerPort),
      stopped('gateway', 'gateway', 'gateway', 'gateway-1', config.gateway.port),
      ...services,
    ],
  };
}

function stopped(
  kind: ProcessStatus['kind'],
  name: string,
  service: string,
  instanceId: string,
  port: number | undefined,
): ProcessStatus {
  return { name, kind, service, instanceId, state: 'stopped', ...(port === undefined ? {} : { port }), restarts: 0 };
}
