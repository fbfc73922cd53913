import { setTimeout as sleep } from 'node:timers/promises';

/** One thing to do at a stop. */
export interface Stage {
  readonly name: string;
  readonly run: () => Promise<unknown>;
  /** What it still waits for, where it knows. */
  readonly waitsFor?: () => readonly string[];
}

/** What a stop left behind. */
export interface StageReport {
  /** What had not ended at the deadline. */
  readonly hung: readonly string[];
  /** What failed; the stages after it ran all the same. */
  readonly failed: readonly { readonly stage: string; readonly error: unknown }[];
}

/** Runs stages one after another until the deadline, then those that are left all at once, without waiting for them. */
export async function runStages(stages: readonly Stage[], deadline: AbortSignal): Promise<StageReport> {
  const hung: string[] = [];
  const failed: { stage: string; error: unknown }[] = [];
  for (const { name, run, waitsFor } of stages) {
    const ended = run().then(
      () => true,
      (error) => {
        failed.push({ stage: name, error });
        return true;
      },
    );
    if (await Promise.race([ended, afterDeadline(deadline)])) continue;
    const names = waitsFor?.() ?? [];
    hung.push(...(names.length > 0 ? names : [name]));
  }
  return { hung, failed };
}

/** Past the deadline a stage still gets one turn of the event loop, enough to close what can be closed at once. */
async function afterDeadline(deadline: AbortSignal): Promise<false> {
  if (!deadline.aborted) {
    await new Promise((resolve) => deadline.addEventListener('abort', resolve, { once: true }));
  }
  await sleep(20);
  return false;
}
