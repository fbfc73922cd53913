import { join, resolve } from 'node:path';
import type { BrokerPlan } from '../broker/broker-plan.js';
import { HEALTH_PATH } from '../gateway/health.js';
import { absolutePaths } from '../gateway/settings/absolute-paths.js';
import { settingsText } from '../gateway/settings/gateway-settings.js';
import { v8Flags } from '../gateway/v8-flags.js';
import { packageRoot } from '../package-root.js';
import type { ServiceConfig, Workspace } from '../workspace/index.js';
import type { HealthCheck, ProcessRecord, Run } from './process-record.js';

/** The programs that come with mscli and run as processes of their own. */
export interface Entries {
  gateway: string;
  embeddedBroker: string;
}

export interface PlanOptions {
  entries?: Entries;
  /** What every process inherits. */
  env?: NodeJS.ProcessEnv;
}

/** All that `up` runs, made from mscli.yaml and the choice of the broker. */
export function planProcesses(workspace: Workspace, broker: BrokerPlan, options: PlanOptions = {}): ProcessRecord[] {
  const { entries = shippedEntries(), env = process.env } = options;
  // Node from 22.1 on keeps compiled code there, which makes the next start quicker; Node 20 ignores it.
  const compileCache = { NODE_COMPILE_CACHE: join(workspace.stateFolder, 'compile-cache') };
  const shared = {
    ...compileCache,
    ...env,
    MSCLI_BROKER_URL: broker.url,
    MSCLI_STATE_URL: workspace.stateUrl,
    HOST: '127.0.0.1',
  };
  return [
    planBroker(workspace, broker, entries, env),
    planGateway(workspace, entries, shared),
    ...Object.keys(workspace.config.services).flatMap((service) => planService(workspace, service, shared)),
  ];
}

/** The names of a service's processes: its own name, with a number where it has several instances. */
export function processNames(service: string, { instances }: Pick<ServiceConfig, 'instances'>): string[] {
  return Array.from({ length: instances }, (_, index) => (instances === 1 ? service : `${service}-${index + 1}`));
}

function shippedEntries(): Entries {
  const root = packageRoot();
  return { gateway: join(root, 'dist/gateway.js'), embeddedBroker: join(root, 'dist/embedded-broker.js') };
}

function planBroker({ root }: Workspace, broker: BrokerPlan, entries: Entries, env: NodeJS.ProcessEnv): ProcessRecord {
  return {
    ...nothingMore,
    name: 'broker',
    kind: 'broker',
    service: 'broker',
    instanceId: 'broker-1',
    run: runOfBroker(broker, entries),
    cwd: root,
    env: broker.kind === 'embedded' ? { ...env, ...envOfBroker(broker) } : {},
    port: portOf(broker.url),
    health: { kind: 'amqp', url: broker.url },
    saysListening: broker.kind === 'embedded',
  };
}

function envOfBroker(broker: Extract<BrokerPlan, { kind: 'embedded' }>): NodeJS.ProcessEnv {
  return {
    HOST: '127.0.0.1',
    PORT: `${broker.port}`,
    MSCLI_BROKER_DATA: broker.dataFolder,
    MSCLI_BROKER_URL: broker.url,
    MSCLI_BROKER_MANAGEMENT_PORT: `${broker.managementPort}`,
  };
}

function runOfBroker(broker: BrokerPlan, entries: Entries): Run {
  switch (broker.kind) {
    case 'embedded':
      return { kind: 'node', entry: entries.embeddedBroker };
    case 'docker':
      return { kind: 'container', container: broker.container };
    case 'external':
      return { kind: 'external' };
    default:
      return broker satisfies never;
  }
}

function planGateway({ root, config }: Workspace, entries: Entries, env: NodeJS.ProcessEnv): ProcessRecord {
  const { port, settings } = config.gateway;
  const own = {
    MSCLI_SERVICE: 'gateway',
    MSCLI_INSTANCE_ID: 'gateway-1',
    MSCLI_GATEWAY_SETTINGS: settingsText(absolutePaths(settings, root)),
  };
  return {
    ...nothingMore,
    name: 'gateway',
    kind: 'gateway',
    service: 'gateway',
    instanceId: 'gateway-1',
    run: { kind: 'node', entry: entries.gateway, nodeArgs: v8Flags },
    cwd: root,
    env: { ...env, ...own, PORT: `${port}` },
    port,
    ...(settings.metrics && { morePorts: [{ port: settings.metrics.port, wantedBy: "the gateway's metrics" }] }),
    health: { kind: 'http', url: `${settings.tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}${HEALTH_PATH}` },
    saysListening: true,
  };
}

function planService(workspace: Workspace, service: string, env: NodeJS.ProcessEnv): ProcessRecord[] {
  const { root, config } = workspace;
  const settings = config.services[service];
  if (!settings) return [];
  const cwd = resolve(root, settings.path);
  const outfile = join(cwd, 'dist/main.js');
  return processNames(service, settings).map((name, index) => {
    const instanceId = `${service}-${index + 1}`;
    const port = settings.port + index;
    return {
      name,
      kind: 'service',
      service,
      instanceId,
      run:
        settings.command === undefined
          ? { kind: 'node', entry: outfile }
          : { kind: 'shell', command: settings.command },
      cwd,
      env: { ...env, ...settings.env, PORT: `${port}`, MSCLI_SERVICE: service, MSCLI_INSTANCE_ID: instanceId },
      port,
      health: { kind: 'http', url: `http://127.0.0.1:${port}${settings.health}` } satisfies HealthCheck,
      saysListening: false,
      dependsOn: ['broker', ...settings.dependsOn.flatMap((name) => namesOf(workspace, name))],
      build: settings.command === undefined ? { service, entry: join(cwd, 'src/main.ts'), outfile, root } : undefined,
      watch: settings.watch.map((path) => resolve(root, path)),
    };
  });
}

function namesOf({ config }: Workspace, service: string): string[] {
  const settings = config.services[service];
  return settings ? processNames(service, settings) : [];
}

function portOf(url: string): number {
  const { port, protocol } = new URL(url);
  return port ? Number(port) : protocol === 'amqps:' ? 5671 : 5672;
}

const nothingMore = { dependsOn: [], build: undefined, watch: [] } as const;
