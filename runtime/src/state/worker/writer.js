import { Batch } from './batch.js';
import { expiredFault, lostFault, statementFault } from './fault.js';
import { migrate } from './migrate.js';

/** @import { Answer, Fault, Request, WorkerOptions } from '../protocol.js' */
/** @import { Connection } from './connection.js' */

/**
 * @typedef {Extract<Request, { op: 'write' }>} Write
 * @typedef {Extract<Request, { op: 'migrate' }>} Migration
 * @typedef {Extract<Request, { op: 'step' | 'end' }>} Move
 * @typedef {{ op: 'transaction', tx: number, begun: boolean, moves: Move[], fault?: Fault, timer?: NodeJS.Timeout }} Interactive
 */

/** Everything that writes, in order, one after another; consecutive entries share a batch, each in its own savepoint. */
export class Writer {
  #connection;
  #options;
  #post;
  #batch;
  /** @type {(Write | Migration | Interactive)[]} */
  #queue = [];
  /** @type {Map<number, Interactive>} */
  #interactive = new Map();
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
    this.#batch = new Batch(connection, options, post, (refused) => {
      if (refused !== undefined) this.#refuseQueue(refused);
      this.pump();
    });
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
    for (let entry = this.#queue[0]; entry !== undefined; entry = this.#queue[0]) {
      // A migration that ended the batch by a COMMIT of its own must take nobody else's writes along.
      if (entry.op === 'migrate') this.#batch.commit();
      if (!this.#batch.begin()) return;
      if (!this.#advance(entry)) return;
      this.#queue.shift();
      if (entry.op === 'migrate' || this.#batch.isDue) this.#batch.commit();
    }
    this.#batch.commit();
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
    this.#batch.savepoint();
    try {
      const value = this.#connection.execute(entry);
      this.#batch.keep();
      this.#batch.answerLater(entry.id, value);
    } catch (error) {
      this.#fault(entry.id, statementFault(error, entry.sql));
      this.#batch.undo(error);
    }
  }

  /** @param {Migration} entry */
  #migrate(entry) {
    try {
      const fault = migrate(this.#connection, entry.scope, entry.migrations);
      if (fault === undefined) {
        this.#batch.answerLater(entry.id, undefined);
        return;
      }
      this.#fault(entry.id, fault);
    } catch (error) {
      this.#fault(entry.id, lostFault(error));
    }
    this.#batch.lose(undefined);
  }

  /** @param {Interactive} entry */
  #interact(entry) {
    if (!entry.begun) {
      this.#batch.savepoint();
      entry.begun = true;
      entry.timer = setTimeout(() => this.#expire(entry), this.#options.transactionLimitMs);
    }
    for (let move = entry.moves.shift(); move !== undefined; move = entry.moves.shift()) {
      if (move.op === 'end') {
        this.#end(entry, move);
        return true;
      }
      if (entry.fault === undefined) this.#step(entry, move);
      else this.#fault(move.id, entry.fault);
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
    this.#batch.lose(problem);
  }

  /**
   * @param {Interactive} entry
   * @param {Extract<Request, { op: 'end' }>} move
   */
  #end(entry, move) {
    clearTimeout(entry.timer);
    this.#interactive.delete(entry.tx);
    if (entry.fault !== undefined && move.commit) {
      this.#fault(move.id, entry.fault);
    } else if (move.commit) {
      this.#batch.keep();
      this.#batch.answerLater(move.id, undefined);
    } else {
      if (entry.fault === undefined) this.#batch.undo(undefined);
      this.#post({ kind: 'value', id: move.id, value: undefined });
    }
  }

  /** @param {Interactive} entry */
  #expire(entry) {
    this.#queue.shift();
    this.#abandon(entry, expiredFault(this.#options.transactionLimitMs));
    if (entry.fault === undefined) this.#batch.undo(undefined);
    this.pump();
  }

  /**
   * The write lock was not to be had.
   *
   * @param {Fault} fault
   */
  #refuseQueue(fault) {
    for (const entry of this.#queue.splice(0)) {
      if (entry.op === 'transaction') this.#abandon(entry, fault);
      else this.#fault(entry.id, fault);
    }
  }

  /**
   * @param {Interactive} entry
   * @param {Fault} fault
   */
  #abandon(entry, fault) {
    clearTimeout(entry.timer);
    this.#interactive.delete(entry.tx);
    for (const move of entry.moves) this.#fault(move.id, fault);
    this.#post({ kind: 'expired', tx: entry.tx, fault });
  }

  /**
   * @param {number} id
   * @param {Fault} fault
   */
  #fault(id, fault) {
    this.#post({ kind: 'fault', id, fault });
  }
}
