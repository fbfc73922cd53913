import { busyFault, isBusy, lostFault } from './fault.js';

/** @import { Answer, Fault, WorkerOptions } from '../protocol.js' */
/** @import { Connection } from './connection.js' */

/** A batch is committed when nothing is queued, and at the latest after so long: the first of it waits no longer. */
const BATCH_MS = 10;

/**
 * The outer transaction that many writes share. What must be durable before it is answered is answered after its COMMIT;
 * a savepoint within it can be rolled back alone.
 */
export class Batch {
  #connection;
  #options;
  #post;
  #onLockEnd;
  /** @type {{ id: number, value: unknown }[]} */
  #afterCommit = [];
  /** @type {number | undefined} */
  #beganAt;
  #waitsForLock = false;

  /**
   * @param {Connection} connection
   * @param {WorkerOptions} options
   * @param {(answer: Answer) => void} post
   * @param {(refused: Fault | undefined) => void} onLockEnd called when the wait for another process's lock is over
   */
  constructor(connection, options, post, onLockEnd) {
    this.#connection = connection;
    this.#options = options;
    this.#post = post;
    this.#onLockEnd = onLockEnd;
  }

  get isDue() {
    return this.#beganAt !== undefined && performance.now() - this.#beganAt > BATCH_MS;
  }

  /** Begins one, unless one is open; false when there is none, but will be, or won't: `onLockEnd` says which. */
  begin() {
    if (this.#beganAt !== undefined) return true;
    if (!this.#waitsForLock) this.#lock(performance.now());
    return this.#beganAt !== undefined;
  }

  /**
   * IMMEDIATE takes the write lock at once: a later upgrade could fail with SQLITE_BUSY in the middle of a batch. The wait for
   * another process's lock is short and comes back, so that reads are served meanwhile.
   *
   * @param {number} since
   */
  #lock(since) {
    try {
      this.#connection.command('BEGIN IMMEDIATE');
      this.#beganAt = performance.now();
      if (this.#waitsForLock) this.#unlockQueue(undefined);
    } catch (error) {
      const { path, busyLimitMs } = this.#options;
      this.#waitsForLock = true;
      const wait = 2 + Math.random() * 10;
      if (!isBusy(error)) setImmediate(() => this.#unlockQueue(lostFault(error)));
      else if (performance.now() - since < busyLimitMs) setTimeout(() => this.#lock(since), wait);
      else this.#unlockQueue(busyFault(path, busyLimitMs));
    }
  }

  /** @param {Fault | undefined} refused */
  #unlockQueue(refused) {
    this.#waitsForLock = false;
    this.#onLockEnd(refused);
  }

  /** Opens the savepoint that `keep` or `undo` closes. */
  savepoint() {
    this.#connection.command('SAVEPOINT mscli');
  }

  keep() {
    this.#connection.command('RELEASE mscli');
  }

  /**
   * Takes the savepoint back, or notes that SQLite has taken the whole batch back.
   *
   * @param {unknown} error
   */
  undo(error) {
    if (!this.#connection.inTransaction) {
      this.lose(error);
      return;
    }
    this.#connection.command('ROLLBACK TO mscli');
    this.#connection.command('RELEASE mscli');
  }

  /**
   * Answers when the batch is durable.
   *
   * @param {number} id
   * @param {unknown} value
   */
  answerLater(id, value) {
    this.#afterCommit.push({ id, value });
  }

  commit() {
    if (this.#beganAt === undefined) return;
    try {
      this.#connection.command('COMMIT');
    } catch (error) {
      this.lose(error);
      return;
    }
    this.#beganAt = undefined;
    for (const { id, value } of this.#afterCommit.splice(0)) this.#post({ kind: 'value', id, value });
  }

  /**
   * The whole batch is gone (disk full, I/O error, a statement that ended it): nobody in it has been answered yet.
   *
   * @param {unknown} error
   */
  lose(error) {
    if (this.#connection.inTransaction) this.#connection.command('ROLLBACK');
    this.#beganAt = undefined;
    const fault = lostFault(error);
    for (const { id } of this.#afterCommit.splice(0)) this.#post({ kind: 'fault', id, fault });
  }
}
