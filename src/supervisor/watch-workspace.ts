import { join } from 'node:path';
import { CONFIG_FILE, checkCertificates, findWorkspace, type Workspace } from '../workspace/index.js';
import { checkPorts } from './check-ports.js';
import type { ProcessRecord } from './process-record.js';
import { sharedConfig } from './shared-config.js';
import type { Supervisor } from './supervisor.js';
import { type Watching, watchPaths } from './watch-paths.js';

export interface WatchOptions {
  workspace: Workspace;
  plan: (workspace: Workspace) => ProcessRecord[];
  supervisor: Supervisor;
  onNote: (text: string) => void;
}

/**
 * Follows the sources and mscli.yaml: a changed file rebuilds what it belongs to, a changed mscli.yaml adds, replaces and
 * removes processes and routes while the others run on.
 */
export async function watchWorkspace(options: WatchOptions): Promise<AsyncDisposable> {
  const { workspace, plan, supervisor, onNote } = options;
  const configFile = join(workspace.root, CONFIG_FILE);
  let sources = await watchSources(plan(workspace), supervisor);
  let working: Promise<void> = Promise.resolve();
  let stopped = false;
  const reconfigure = async () => {
    if (stopped) return;
    const records = await applyConfig(options);
    if (!records || stopped) return;
    // Both watch for a moment, and the old one tells what it has seen: nothing that is saved meanwhile is lost.
    const next = await watchSources(records, supervisor);
    sources.flush();
    sources[Symbol.dispose]();
    sources = next;
  };
  const config = await watchPaths([configFile], () => {
    working = working.then(reconfigure).catch((error: unknown) => onNote(describe(error)));
  });
  return {
    [Symbol.asyncDispose]: async () => {
      stopped = true;
      config[Symbol.dispose]();
      await working;
      sources[Symbol.dispose]();
    },
  };
}

function watchSources(records: readonly ProcessRecord[], supervisor: Supervisor): Promise<Watching> {
  const paths = records.flatMap(({ watch }) => watch);
  return watchPaths(paths, (files) => supervisor.dispatch({ type: 'changed', files }));
}

async function applyConfig({
  workspace,
  plan,
  supervisor,
  onNote,
}: WatchOptions): Promise<ProcessRecord[] | undefined> {
  const current = await findWorkspace(workspace.root);
  await checkCertificates(current);
  if (current.config.broker !== workspace.config.broker) {
    onNote('Another broker takes effect at the next `mscli up`.');
  }
  const records = plan(current);
  const ports = new Set(supervisor.processes.map(({ record }) => record.port));
  await checkPorts(records.filter(({ port }) => !ports.has(port)));
  const before = new Map(supervisor.processes.map(({ record }) => [record.name, JSON.stringify(record)]));
  await supervisor.apply(records, sharedConfig(current.config));
  const changed = records.filter((record) => before.get(record.name) !== JSON.stringify(record));
  const removed = [...before.keys()].filter((name) => !records.some((record) => record.name === name));
  onNote(`${CONFIG_FILE} changed: ${summary(changed, removed)}.`);
  return records;
}

function summary(changed: readonly ProcessRecord[], removed: readonly string[]): string {
  const parts = [
    ...(changed.length > 0 ? [`started ${changed.map(({ name }) => name).join(', ')}`] : []),
    ...(removed.length > 0 ? [`stopped ${removed.join(', ')}`] : []),
  ];
  return parts.length > 0 ? parts.join('; ') : 'routes and breakers are up to date';
}

function describe(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return `${CONFIG_FILE} changed, but does not take effect: ${message}`;
}
