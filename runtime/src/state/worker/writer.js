import { busyFault, expiredFault, isBusy, lostFault, statementFault } from './fault.js';
import { migrate } from './migrate.js';

/** @import { Answer, Fault, Request, WorkerOptions } from '../protocol.js' */
/** @import { Connection } from './connection.js' */

/**
 * @typedef {Extract<Request, { op: 'write' }>} Write
 * @typedef {Extract<Request, { op: 'migrate' }>} Migration
 * @typedef {Extract<Request, { op: 'step' | 'end' }>} Move
 * @typedef {{ op: 'transaction', tx: number, begun: boolean, moves: Move[], fault?: Fault, timer?: NodeJS.Timeout }} Interactive
 */

/** A batch is committed when nothing is queued, and at the latest after so long: the first of it waits no longer. */
const BATCH_MS = 10;

/**
 * Everything that writes, in order, one after another. Consecutive entries share one outer transaction, each in its own
 * savepoint; what must be durable before it is answered is answered after the outer COMMIT.
 */
export class Writer {
  #connection;
  #options;
  #post;
  /** @type {(Write | Migration | Interactive)[]} */
  #queue = [];
  /** @type {Map<number, Interactive>} */
  #interactive = new Map();
  /** @type {{ id: number, value: unknown }[]} */
  #afterCommit = [];
  /** @type {number | undefined} */
  #batchBegan;
  /** @type {NodeJS.Timeout | undefined} */
  #busy;
  /** @type {(() => void) | undefined} */
  #whenIdle;

  /**
   * @param {Connection} connection
   * @param {WorkerOptions} options
   * @param {(answer: Answer) => void} post
   */
  constructor(connection, options, post) {
    this.#connection = connection;
    this.#options = options;
    this.#post = post;
  }

  /** @param {Exclude<Request, { op: 'read' | 'close' }>} request */
  enqueue(request) {
    switch (request.op) {
      case 'write':
      case 'migrate':
        this.#queue.push(request);
        return;
      case 'begin': {
        /** @type {Interactive} */
        const entry = { op: 'transaction', tx: request.tx, begun: false, moves: [] };
        this.#interactive.set(request.tx, entry);
        this.#queue.push(entry);
        return;
      }
      case 'step':
      case 'end': {
        const entry = this.#interactive.get(request.tx);
        if (entry === undefined) this.#fault(request.id, expiredFault(this.#options.transactionLimitMs));
        else entry.moves.push(request);
      }
    }
  }

  /** Does what can be done now. */
  pump() {
    if (this.#busy !== undefined) return;
    for (let entry = this.#queue[0]; entry !== undefined; entry = this.#queue[0]) {
      if (entry.op === 'migrate') this.#commit();
      if (!this.#begin()) break;
      if (!this.#advance(entry)) return;
      this.#queue.shift();
      if (entry.op === 'migrate' || performance.now() - (this.#batchBegan ?? 0) > BATCH_MS) this.#commit();
    }
    if (this.#busy !== undefined) return;
    this.#commit();
    this.#whenIdle?.();
    this.#whenIdle = undefined;
  }

  /**
   * Calls back once, when everything queued is done and durable.
   *
   * @param {() => void} then
   */
  whenIdle(then) {
    this.#whenIdle = then;
    this.pump();
  }

  /**
   * Opens the outer transaction. IMMEDIATE takes the write lock at once: a later upgrade could fail with SQLITE_BUSY in the
   * middle of a batch. The wait for another process's lock is short and comes back, so that reads are served meanwhile.
   */
  #begin() {
    if (this.#batchBegan !== undefined) return true;
    try {
      this.#connection.command('BEGIN IMMEDIATE');
    } catch (error) {
      if (isBusy(error)) this.#waitForLock(performance.now());
      else this.#refuseQueue(lostFault(error));
      return false;
    }
    this.#batchBegan = performance.now();
    return true;
  }

  /** @param {number} since */
  #waitForLock(since) {
    this.#busy = setTimeout(
      () => {
        this.#busy = undefined;
        try {
          this.#connection.command('BEGIN IMMEDIATE');
          this.#batchBegan = performance.now();
        } catch (error) {
          if (!isBusy(error)) this.#refuseQueue(lostFault(error));
          else if (performance.now() - since < this.#options.busyLimitMs) this.#waitForLock(since);
          else this.#refuseQueue(busyFault(this.#options.path, this.#options.busyLimitMs));
        }
        this.pump();
      },
      2 + Math.random() * 10,
    );
  }

  /** @param {Fault} fault */
  #refuseQueue(fault) {
    for (const entry of this.#queue.splice(0)) {
      if (entry.op !== 'transaction') {
        this.#fault(entry.id, fault);
        continue;
      }
      this.#interactive.delete(entry.tx);
      for (const move of entry.moves) this.#fault(move.id, fault);
      clearTimeout(entry.timer);
      this.#post({ kind: 'expired', tx: entry.tx, fault });
    }
  }

  /**
   * @param {Write | Migration | Interactive} entry
   * @returns {boolean} false when an interactive transaction waits for its next request
   */
  #advance(entry) {
    switch (entry.op) {
      case 'write':
        this.#write(entry);
        return true;
      case 'migrate':
        this.#migrate(entry);
        return true;
      case 'transaction':
        return this.#interact(entry);
    }
  }

  /** @param {Write} entry */
  #write(entry) {
    this.#connection.command('SAVEPOINT mscli');
    try {
      const value = this.#connection.execute(entry);
      this.#connection.command('RELEASE mscli');
      this.#afterCommit.push({ id: entry.id, value });
    } catch (error) {
      this.#fault(entry.id, statementFault(error, entry.sql));
      this.#rollBack(error);
    }
  }

  /** @param {Migration} entry */
  #migrate(entry) {
    try {
      const fault = migrate(this.#connection, entry.scope, entry.migrations);
      if (fault === undefined) {
        this.#afterCommit.push({ id: entry.id, value: undefined });
        return;
      }
      this.#fault(entry.id, fault);
    } catch (error) {
      this.#fault(entry.id, lostFault(error));
    }
    if (this.#connection.inTransaction) this.#connection.command('ROLLBACK');
    this.#batchBegan = undefined;
  }

  /** @param {Interactive} entry */
  #interact(entry) {
    if (!entry.begun) {
      this.#connection.command('SAVEPOINT mscli');
      entry.begun = true;
      entry.timer = setTimeout(() => this.#expire(entry), this.#options.transactionLimitMs);
    }
    for (let move = entry.moves.shift(); move !== undefined; move = entry.moves.shift()) {
      if (move.op === 'end') {
        this.#end(entry, move);
        return true;
      }
      if (entry.fault !== undefined) {
        this.#fault(move.id, entry.fault);
        continue;
      }
      this.#step(entry, move);
    }
    return false;
  }

  /**
   * @param {Interactive} entry
   * @param {Extract<Request, { op: 'step' }>} move
   */
  #step(entry, move) {
    /** @type {unknown} */
    let problem = new Error('a statement ended it');
    try {
      this.#post({ kind: 'value', id: move.id, value: this.#connection.execute(move) });
    } catch (error) {
      problem = error;
      this.#fault(move.id, statementFault(error, move.sql));
    }
    if (this.#connection.inTransaction) return;
    entry.fault = lostFault(problem);
    this.#lost(problem);
  }

  /**
   * @param {Interactive} entry
   * @param {Extract<Request, { op: 'end' }>} move
   */
  #end(entry, move) {
    clearTimeout(entry.timer);
    this.#interactive.delete(entry.tx);
    if (entry.fault !== undefined) {
      if (move.commit) this.#fault(move.id, entry.fault);
      else this.#post({ kind: 'value', id: move.id, value: undefined });
    } else if (move.commit) {
      this.#connection.command('RELEASE mscli');
      this.#afterCommit.push({ id: move.id, value: undefined });
    } else {
      this.#rollBack(undefined);
      this.#post({ kind: 'value', id: move.id, value: undefined });
    }
  }

  /** @param {Interactive} entry */
  #expire(entry) {
    const fault = expiredFault(this.#options.transactionLimitMs);
    this.#interactive.delete(entry.tx);
    this.#queue.shift();
    for (const move of entry.moves) this.#fault(move.id, fault);
    this.#post({ kind: 'expired', tx: entry.tx, fault });
    if (entry.fault === undefined) this.#rollBack(undefined);
    this.pump();
  }

  /** @param {unknown} error */
  #rollBack(error) {
    if (!this.#connection.inTransaction) {
      this.#lost(error);
      return;
    }
    this.#connection.command('ROLLBACK TO mscli');
    this.#connection.command('RELEASE mscli');
  }

  #commit() {
    if (this.#batchBegan === undefined) return;
    try {
      this.#connection.command('COMMIT');
    } catch (error) {
      if (this.#connection.inTransaction) this.#connection.command('ROLLBACK');
      this.#lost(error);
      return;
    }
    this.#batchBegan = undefined;
    for (const { id, value } of this.#afterCommit.splice(0)) this.#post({ kind: 'value', id, value });
  }

  /**
   * SQLite has rolled the whole batch back: nobody in it has been answered yet.
   *
   * @param {unknown} error
   */
  #lost(error) {
    this.#batchBegan = undefined;
    const fault = lostFault(error);
    for (const { id } of this.#afterCommit.splice(0)) this.#fault(id, fault);
  }

  /**
   * @param {number} id
   * @param {Fault} fault
   */
  #fault(id, fault) {
    this.#post({ kind: 'fault', id, fault });
  }
}
