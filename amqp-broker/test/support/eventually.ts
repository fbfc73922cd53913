import { setTimeout as sleep } from 'node:timers/promises';

const PATIENCE_MS = 30_000;

/** Waits until the condition holds; a generous limit, so that a busy machine does not fail the test. */
export async function eventually(condition: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const until = Date.now() + PATIENCE_MS;
  while (!(await condition())) {
    if (Date.now() > until) throw new Error(`never: ${what}`);
    await sleep(20);
  }
}
