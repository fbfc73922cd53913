import { setTimeout as sleep } from 'node:timers/promises';
import type { Health } from './check-health.js';
import type { Exit, Running } from './running.js';

export interface SuperviseOptions {
  check(signal: AbortSignal): Promise<Health>;
  onHealth(health: Health): void;
  onStopping(): void;
  /** Between the word that it stops and its being told: resolves when whoever calls it has had the time to hear that. */
  giveNotice(): Promise<void>;
  stopDeadlineMs: number;
  /** How often to look at what is ready. */
  readyPauseMs: number;
}

export type End = { kind: 'stopped' } | { kind: 'exited'; exit: Exit };

/** Watches one started process until it ends by itself or the signal asks for its end. */
export async function supervise(running: Running, signal: AbortSignal, options: SuperviseOptions): Promise<End> {
  const watching = new AbortController();
  let onAbort = () => {};
  const asked = new Promise<'asked'>((resolve) => {
    onAbort = () => resolve('asked');
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
  });
  const polling = pollHealth(options, watching.signal);
  try {
    const first = await Promise.race([running.exited, asked]);
    if (first !== 'asked') return { kind: 'exited', exit: first };
    watching.abort();
    options.onStopping();
    await Promise.race([running.exited, options.giveNotice()]);
    await running.stop(options.stopDeadlineMs);
    return { kind: 'stopped' };
  } finally {
    signal.removeEventListener('abort', onAbort);
    watching.abort();
    await polling;
  }
}

/** Often at first, so that a start is noticed at once; seldom when it is ready. */
async function pollHealth({ check, onHealth, readyPauseMs }: SuperviseOptions, signal: AbortSignal): Promise<void> {
  let wasReady = false;
  let failures = 0;
  for (let checks = 0; !signal.aborted; checks++) {
    const health = await check(signal);
    if (signal.aborted) return;
    failures = health.ok ? 0 : failures + 1;
    wasReady ||= health.ok;
    // One lost answer under load is no illness.
    if (health.ok || !wasReady || failures >= 2) onHealth(health);
    const pause = health.ok ? readyPauseMs : pauseMs(wasReady, failures, checks);
    await sleep(pause, undefined, { signal }).catch(() => {});
  }
}

/** Every look at a command may be a line in its log. */
function pauseMs(wasReady: boolean, failures: number, checks: number): number {
  if (wasReady) return failures < 2 ? 500 : 2_000;
  if (checks < 100) return 30;
  return checks < 200 ? 250 : 1_000;
}
