import { pruneInbox } from '../events/inbox.js';
import type { Database } from '../state/index.js';
import type { Logger } from './log.js';

/** Events may be delivered again for so long without being handled twice. */
const keepMs = 7 * 24 * 3_600_000;
const everyMs = 3_600_000;

/** Keeps the inbox from growing for ever; the first time an hour after the start. */
export function pruneRegularly(db: Database | undefined, log: Logger): Disposable {
  if (!db) return { [Symbol.dispose]: () => {} };
  const timer = setInterval(() => {
    pruneInbox(db, keepMs).catch((error) => log.warn({ err: error }, 'old inbox entries cannot be removed'));
  }, everyMs);
  timer.unref();
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
