import { install } from './install.js';
import type { Plan } from './plan.js';
import { writePlan } from './write-plan.js';

export interface CarryOutOptions {
  /** Write nothing, install nothing. */
  dryRun: boolean;
  /** Run `npm install` afterwards. */
  install: boolean;
  signal: AbortSignal;
  /** Receives what a person may want to follow. */
  report: (line: string) => void;
}

/** Writes a plan and installs what it needs. A failed installation leaves the files in place and says what to do. */
export async function carryOut(
  plan: Plan,
  { dryRun, install: wanted, signal, report }: CarryOutOptions,
): Promise<void> {
  if (dryRun) return;
  const replaced = plan.changes.filter(({ action }) => action === 'overwrite').map(({ path }) => path);
  await writePlan(plan, signal);
  if (replaced.length > 0) report(`Replaced ${replaced.join(', ')}`);
  if (!wanted) return;
  report(`Running npm install in ${plan.root}`);
  await install({ root: plan.root, signal, report });
}
