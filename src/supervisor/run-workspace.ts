import { existsSync } from 'node:fs';
import { discoveryPath, emptyDiscovery, updateDiscovery } from '@mscli/runtime/discovery';
import type { BrokerPlan } from '../broker/broker-plan.js';
import { chooseBroker } from '../broker/choose-broker.js';
import type { Engine } from '../broker/docker/docker-engine.js';
import type { Status } from '../control/protocol.js';
import { serveControl } from '../control/server.js';
import { recordPath, type SupervisorRecord } from '../control/supervisor-record.js';
import { PortReservations } from '../ports/port-reservations.js';
import { checkCertificates, type Workspace } from '../workspace/index.js';
import { checkPackages } from './check-packages.js';
import { checkPorts } from './check-ports.js';
import { claimWorkspace, releaseWorkspace } from './claim-workspace.js';
import { CleanupStack } from './cleanup-stack.js';
import { describeStatus } from './describe-status.js';
import { endRemoved } from './end-removed.js';
import { type Entries, planProcesses } from './plan-processes.js';
import { ProcessLogs } from './process-logs.js';
import { RunningGroups } from './running-groups.js';
import { sharedConfig } from './shared-config.js';
import { streamLogs } from './stream-logs.js';
import { Supervisor, type SupervisorOptions } from './supervisor.js';
import type { SupervisorListener } from './supervisor-event.js';
import { watchRemoval } from './watch-removal.js';
import { type WorkspaceWatch, watchWorkspace } from './watch-workspace.js';

export interface RunOptions {
  workspace: Workspace;
  /** `--broker`. */
  broker: string | undefined;
  /** Whether to rebuild and restart what changes. */
  watch: boolean;
  /** Ends everything, also in the middle of the start. */
  signal: AbortSignal;
  listener: SupervisorListener;
  engine?: () => Promise<Engine>;
  entries?: Entries;
  processes?: Pick<SupervisorOptions, 'backoff' | 'stopDeadlineMs' | 'check'>;
}

/** A workspace that is up: everything is started or about to be. */
export interface RunningWorkspace {
  readonly broker: BrokerPlan;
  status(): Status;
  /** Resolves when everything has been stopped, whoever asked for it. */
  readonly stopped: Promise<void>;
  stop(): Promise<void>;
}

/** Brings a workspace up: claims it, chooses the broker, checks every port, and only then starts anything. */
export async function runWorkspace(options: RunOptions): Promise<RunningWorkspace> {
  const { workspace, signal, listener } = options;
  const onNote = (text: string) => listener({ type: 'note', text });
  const cleanup = new CleanupStack();
  try {
    const record = await claimWorkspace(workspace, { signal, onNote });
    cleanup.add(() => releaseWorkspace(workspace));
    checkPackages(workspace);
    await checkCertificates(workspace);
    const ports = new PortReservations();
    cleanup.add(ports);
    const findPort = (preferred: number) => ports.reserve(preferred);
    const broker = await chooseBroker({ ...options, flag: options.broker, onNote, findPort });
    const { entries } = options;
    const plan = (current: Workspace) => planProcesses(current, broker, entries ? { entries } : {});
    const records = plan(workspace);
    await checkPorts(records);
    onNote(describeBroker(broker));
    if (Object.keys(workspace.config.services).length === 0) {
      onNote('There are no services yet: `mscli new service` makes one.');
    }
    const supervisor = superviseWith(options, record, broker, cleanup);
    let watching: WorkspaceWatch | undefined;
    const status = () => {
      const current = watching?.workspace ?? workspace;
      return describeStatus(current, record, broker, supervisor, watching?.fault);
    };
    const running = runningWorkspace(options, broker, status, cleanup);
    const control = await serveControl(record.socket, {
      status,
      restart: (process) => supervisor.restart(process),
      stop: () => void running.stop(),
      logs: (process, how) => streamLogs(workspace, supervisor, process, how),
    });
    cleanup.add(control);
    signal.throwIfAborted();
    await supervisor.apply(records, sharedConfig(workspace.config));
    cleanup.add(watchRemoval(workspace, (path) => endRemoved({ workspace, path, running, onNote })));
    if (options.watch) {
      watching = await watchWorkspace({ workspace, plan, supervisor, onNote });
      cleanup.add(watching);
    }
    signal.throwIfAborted();
    return running;
  } catch (error) {
    await cleanup.run();
    throw error;
  }
}

function describeBroker(broker: BrokerPlan): string {
  const chosen = `Broker: ${broker.kind} (${broker.reason}).`;
  if (broker.kind !== 'docker') return chosen;
  const { managementPort, user } = broker.container;
  return `${chosen} Its own pages: http://localhost:${managementPort}, user ${user}, password in .mscli/broker.json.`;
}

function superviseWith(
  { workspace, listener, processes = {} }: RunOptions,
  record: SupervisorRecord,
  broker: BrokerPlan,
  cleanup: CleanupStack,
): Supervisor {
  const groups = new RunningGroups(workspace.stateFolder, record);
  if (broker.kind === 'docker') groups.container(broker.container.name);
  const logs = new ProcessLogs(workspace);
  cleanup.add(logs);
  const path = discoveryPath(workspace.stateUrl);
  const supervisor = new Supervisor({
    discovery: {
      // A write would bring the folder of a removed workspace back.
      update: async (change) =>
        existsSync(recordPath(workspace.stateFolder)) ? updateDiscovery(path, change) : emptyDiscovery(),
    },
    listeners: [groups.keep, logs.keep, listener],
    ...processes,
  });
  // However this process ends, by an error that nobody caught for one, the processes must not outlive it.
  const kill = () => supervisor.killNow();
  process.once('exit', kill);
  cleanup.add(() => void process.off('exit', kill));
  cleanup.add(() => supervisor.stop());
  return supervisor;
}

function runningWorkspace(
  { signal }: RunOptions,
  broker: BrokerPlan,
  status: () => Status,
  cleanup: CleanupStack,
): RunningWorkspace {
  let stopping: Promise<void> | undefined;
  let settle = (_end: Promise<void>) => {};
  const stopped = new Promise<void>((resolve) => {
    settle = resolve;
  });
  const stop = () => {
    stopping ??= cleanup.run();
    settle(stopping);
    return stopping;
  };
  const onAbort = () => void stop().catch(() => {});
  signal.addEventListener('abort', onAbort, { once: true });
  cleanup.add(() => signal.removeEventListener('abort', onAbort));
  stopped.catch(() => {});
  return {
    broker,
    status,
    stopped,
    stop,
  };
}
