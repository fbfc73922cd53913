import { setTimeout as delay } from 'node:timers/promises';
import { Connection } from './connection.js';
import { isBusy } from './fault.js';

/** @import { WorkerOptions } from '../protocol.js' */

/** Short, because a waiting connection blocks this thread; the writer comes back for the lock by itself. */
const WRITER_TIMEOUT_MS = 10;
const READER_TIMEOUT_MS = 5000;

/**
 * Opens the file for writing and, apart from that, for reading. FULL makes every COMMIT durable before it is answered.
 *
 * @param {WorkerOptions} options
 */
export async function openConnections({ path, busyLimitMs }) {
  const writer = new Connection(path, { readOnly: false, timeoutMs: WRITER_TIMEOUT_MS });
  const giveUpAt = performance.now() + busyLimitMs;
  // Switching a new file to WAL fails at once when another process is doing the same: SQLite doesn't wait there.
  for (;;) {
    try {
      writer.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
      break;
    } catch (error) {
      if (!isBusy(error) || performance.now() > giveUpAt) {
        writer.close();
        throw error;
      }
      await delay(5 + Math.random() * 20);
    }
  }
  return { writer, reader: new Connection(path, { readOnly: true, timeoutMs: READER_TIMEOUT_MS }) };
}
