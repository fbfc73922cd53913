import type { NewService } from './new-service.js';
import type { NewWorkspace } from './new-workspace.js';
import type { Plan } from './plan.js';
import { planTree } from './plan-tree.js';

interface Circumstances {
  dryRun: boolean;
  installed: boolean;
}

/** What a new service is, as `--json` gives it. */
export function serviceResult({ root, service, port, route, plan, next }: NewService, { dryRun }: Circumstances) {
  return { service, port, route, root, dryRun, files: filesOf(plan), next };
}

export function describeService(made: NewService, { dryRun, installed }: Circumstances): string {
  if (dryRun) return planTree(made.root, made.plan.changes);
  const { service, port, route, plan, next } = made;
  return [
    `${service} is in services/${service}: port ${port}, behind ${route}.`,
    ...ending(plan, installed, next),
  ].join('\n');
}

/** What a new workspace is, as `--json` gives it. */
export function workspaceResult({ name, services, plan, next }: NewWorkspace, { dryRun }: Circumstances) {
  return { name, root: plan.root, services, dryRun, files: filesOf(plan), next };
}

export function describeWorkspace(
  { name, services, plan, next }: NewWorkspace,
  { dryRun, installed }: Circumstances,
): string {
  if (dryRun) return planTree(plan.root, plan.changes);
  const contents = services.length === 0 ? '' : ` with ${services.join(', ')}`;
  const [first, ...rest] = next;
  // Inside the new folder comes what needs it: `cd` stays the first step.
  const steps = installed || first === undefined ? next : [first, 'npm install', ...rest];
  return [`The workspace ${name} is in ${plan.root}${contents}.`, ...ending(plan, true, steps)].join('\n');
}

function filesOf({ changes }: Plan) {
  return changes.map(({ path, action }) => ({ path, action }));
}

function ending({ changes }: Plan, installed: boolean, next: readonly string[]): string[] {
  const created = changes.filter(({ action }) => action === 'create').length;
  const edited = changes.filter(({ action }) => action === 'edit').map(({ path }) => path);
  const steps = installed ? next : ['npm install', ...next];
  return [
    `Created ${created} files${edited.length === 0 ? '' : `, added to ${edited.join(' and ')}`}.`,
    ...(steps.length === 0 ? [] : ['', 'Next:', ...steps.map((step) => `  ${step}`)]),
  ];
}
