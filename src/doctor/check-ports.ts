import { discoveryPath, isAlive, readDiscovery } from '@mscli/runtime/discovery';
import { isFree } from '../ports/free-port.js';
import { type PortHolder, portHolder } from '../ports/holder.js';
import type { Workspace } from '../workspace/index.js';
import type { Finding } from './finding.js';

/** Whether every port that the workspace needs is free or held by its own instance; otherwise, by whom. */
export async function checkPorts({ config, stateUrl }: Workspace): Promise<Finding[]> {
  const wanted = wantedPorts(config);
  const own = await ownInstances(stateUrl);
  const findings = await Promise.all(wanted.map(([port, name]) => look(port, name, own)));
  const troubles = findings.filter((finding) => finding !== undefined);
  if (troubles.length > 0) return troubles;
  const ports = wanted.map(([port]) => port).join(', ');
  return [{ check: 'ports', status: 'ok', message: `${ports} are free or held by this workspace` }];
}

function wantedPorts({ gateway, services }: Workspace['config']): [port: number, name: string][] {
  const instances = Object.entries(services).flatMap(([name, { port, instances }]) =>
    Array.from({ length: instances }, (_, index): [number, string] => [port + index, `${name}-${index + 1}`]),
  );
  const { metrics } = gateway.settings;
  return [
    [gateway.port, 'gateway'],
    ...(metrics ? [[metrics.port, "the gateway's metrics"] as [number, string]] : []),
    ...instances,
  ];
}

interface Own {
  ports: ReadonlySet<number>;
  pids: ReadonlySet<number | undefined>;
}

async function ownInstances(stateUrl: string): Promise<Own> {
  const { instances } = await readDiscovery(discoveryPath(stateUrl));
  const alive = Object.values(instances).filter(
    ({ pid, processStart }) => pid === undefined || isAlive(pid, processStart),
  );
  return {
    ports: new Set(alive.map(({ url }) => Number(new URL(url).port))),
    pids: new Set(alive.map(({ pid }) => pid)),
  };
}

async function look(port: number, name: string, own: Own): Promise<Finding | undefined> {
  if (own.ports.has(port) || (await isFree(port))) return undefined;
  const holder = await portHolder(port);
  if (holder !== undefined && own.pids.has(holder.pid)) return undefined;
  const message = `port ${port}, which ${name} needs, is held by ${describeHolder(holder)}`;
  const stop = holder === undefined ? 'stop that process' : `stop it with \`kill ${holder.pid}\``;
  return { check: 'ports', status: 'fail', message, hint: `${stop}, or choose another port in mscli.yaml` };
}

function describeHolder(holder: PortHolder | undefined): string {
  return holder === undefined ? 'another process' : `process ${holder.pid} (${holder.command.slice(0, 100)})`;
}
