import { MscliError } from '../errors.js';
import { findWorkspace, type Workspace } from '../workspace/index.js';
import { checkBroker } from './check-broker.js';
import { checkDiscovery } from './check-discovery.js';
import { checkDocker } from './check-docker.js';
import { checkGateway } from './check-gateway.js';
import { checkInstall } from './check-install.js';
import { checkNode } from './check-node.js';
import { checkPorts } from './check-ports.js';
import { checkSupervisor } from './check-supervisor.js';
import type { Finding } from './finding.js';

/** Looks at everything that a workspace needs, in the order in which faults lead to others. Outside one, at the machine. */
export async function examine(cwd: string, signal: AbortSignal): Promise<Finding[]> {
  const workspace = await lookForWorkspace(cwd);
  const found = 'root' in workspace ? workspace : undefined;
  const groups = await Promise.all([
    guarded('node', async () => [checkNode(process.versions.node)]),
    [found === undefined ? (workspace as Finding) : valid(found)],
    ...(found === undefined ? [] : checksOf(found, signal)),
    guarded('docker', () => checkDocker(found?.config.broker)),
  ]);
  signal.throwIfAborted();
  return groups.flat();
}

function checksOf(workspace: Workspace, signal: AbortSignal): Promise<Finding[]>[] {
  return [
    guarded('gateway', () => checkGateway(workspace)),
    guarded('install', () => checkInstall(workspace)),
    guarded('discovery', () => checkDiscovery(workspace)),
    guarded('supervisor', () => checkSupervisor(workspace, signal)),
    guarded('broker', () => checkBroker(workspace, signal)),
    guarded('ports', () => checkPorts(workspace)),
  ];
}

async function lookForWorkspace(cwd: string): Promise<Workspace | Finding> {
  try {
    return await findWorkspace(cwd);
  } catch (error) {
    return { ...failed('workspace', error), ...(isMissing(error) ? { status: 'warn' } : {}) };
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof MscliError && error.code === 'NO_WORKSPACE';
}

function valid({ name, root, config }: Workspace): Finding {
  const count = Object.keys(config.services).length;
  const services = `${count} ${count === 1 ? 'service' : 'services'}`;
  return { check: 'workspace', status: 'ok', message: `${name} in ${root}, ${services}, mscli.yaml is valid` };
}

/** A check that breaks is a finding itself, and must not hide the others. */
async function guarded(check: string, look: () => Promise<Finding[]>): Promise<Finding[]> {
  try {
    return await look();
  } catch (error) {
    return [failed(check, error)];
  }
}

function failed(check: string, error: unknown): Finding {
  const hint = error instanceof MscliError ? error.hint : undefined;
  const message = error instanceof Error ? error.message : String(error);
  return { check, status: 'fail', message, ...(hint === undefined ? {} : { hint }) };
}
