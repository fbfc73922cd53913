import { setTimeout as sleep } from 'node:timers/promises';

/** Waits for a condition with a generous limit. */
export async function waitUntil(condition: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const limit = Date.now() + 10_000;
  while (!(await condition())) {
    if (Date.now() > limit) throw new Error(`waited in vain for ${what}`);
    await sleep(5);
  }
}
