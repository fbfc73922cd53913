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
  /** How often a change that does not take effect is tried again, in milliseconds. */
  retryMs?: number;
}

/** What of mscli.yaml runs. */
export interface WorkspaceWatch extends AsyncDisposable {
  /** As it was when it last took effect. */
  readonly workspace: Workspace;
  /** Why it does not take effect as it is now, if it does not. */
  readonly fault: string | undefined;
}

/**
 * Follows the sources and mscli.yaml: a changed file rebuilds what it belongs to, a changed mscli.yaml adds, replaces and
 * removes processes and routes while the others run on. What keeps it from taking effect may lie elsewhere, a certificate
 * that is not there or a port that somebody has: it is tried again until it does.
 */
export async function watchWorkspace(options: WatchOptions): Promise<WorkspaceWatch> {
  const { workspace, plan, supervisor, onNote, retryMs = 2_000 } = options;
  const configFile = join(workspace.root, CONFIG_FILE);
  let sources = await watchSources(plan(workspace), supervisor);
  let state: Pick<WorkspaceWatch, 'workspace' | 'fault'> = { workspace, fault: undefined };
  let working: Promise<void> = Promise.resolve();
  let retry: NodeJS.Timeout | undefined;
  let stopped = false;
  const reconfigure = async () => {
    const { current, records } = await applyConfig(options);
    state = { workspace: current, fault: undefined };
    if (stopped) return;
    // Both watch for a moment, and the old one tells what it has seen: nothing that is saved meanwhile is lost.
    const next = await watchSources(records, supervisor);
    sources.flush();
    sources[Symbol.dispose]();
    sources = next;
  };
  const attempt = async (isNews: boolean) => {
    clearTimeout(retry);
    if (stopped || (!isNews && state.fault === undefined)) return;
    try {
      await reconfigure();
    } catch (error) {
      const fault = error instanceof Error ? error.message : String(error);
      if (isNews || fault !== state.fault) onNote(`${CONFIG_FILE} changed, but does not take effect: ${fault}`);
      state = { ...state, fault };
      if (!stopped) retry = setTimeout(enqueue, retryMs, false);
    }
  };
  const enqueue = (isNews: boolean) => {
    working = working.then(() => attempt(isNews));
  };
  const config = await watchPaths([configFile], () => enqueue(true));
  return {
    get workspace() {
      return state.workspace;
    },
    get fault() {
      return state.fault;
    },
    [Symbol.asyncDispose]: async () => {
      stopped = true;
      config[Symbol.dispose]();
      await working;
      clearTimeout(retry);
      sources[Symbol.dispose]();
    },
  };
}

function watchSources(records: readonly ProcessRecord[], supervisor: Supervisor): Promise<Watching> {
  const paths = records.flatMap(({ watch }) => watch);
  return watchPaths(paths, (files) => supervisor.dispatch({ type: 'changed', files }));
}

async function applyConfig({ workspace, plan, supervisor, onNote }: WatchOptions) {
  const current = await findWorkspace(workspace.root);
  await checkCertificates(current);
  const records = plan(current);
  const running = supervisor.processes.map(({ record }) => record);
  await checkPorts(records, running);
  const before = new Map(running.map((record) => [record.name, JSON.stringify(record)]));
  await supervisor.apply(records, sharedConfig(current.config));
  if (current.config.broker !== workspace.config.broker) {
    onNote('Another broker takes effect at the next `mscli up`.');
  }
  onNote(`${CONFIG_FILE} changed: ${summary(before, records)}.`);
  return { current, records };
}

function summary(before: ReadonlyMap<string, string>, records: readonly ProcessRecord[]): string {
  const changed = records.filter((record) => before.get(record.name) !== JSON.stringify(record));
  const names = (of: readonly ProcessRecord[]) => of.map(({ name }) => name);
  const parts = [
    ['started', names(changed.filter(({ name }) => !before.has(name)))],
    ['restarted', names(changed.filter(({ name }) => before.has(name)))],
    ['stopped', [...before.keys()].filter((name) => !records.some((record) => record.name === name))],
  ] as const;
  const done = parts.filter(([, of]) => of.length > 0).map(([what, of]) => `${what} ${of.join(', ')}`);
  return done.length > 0 ? done.join('; ') : 'routes and breakers are up to date';
}
