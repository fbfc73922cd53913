/**
 * The thread that owns the SQLite file. It is plain JavaScript, checked by the compiler through its JSDoc types, because a
 * worker is loaded by Node itself: the same file must run from the sources (under vitest, on a Node that reads no
 * TypeScript) and from the build, where the compiler copies it.
 */
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { isReadOnly, statementFault, text } from './fault.js';
import { openConnections } from './open-connections.js';
import { Writer } from './writer.js';

/** @import { MessagePort } from 'node:worker_threads' */
/** @import { Answer, Request, WorkerOptions } from '../protocol.js' */
/** @import { Connection } from './connection.js' */

const port = /** @type {MessagePort} */ (parentPort);
const options = /** @type {WorkerOptions} */ (workerData);

try {
  serve(await openConnections(options));
  answer([{ kind: 'opened' }]);
} catch (error) {
  answer([{ kind: 'fault', id: 0, fault: { code: 'STATE_OPEN', message: text(error) } }]);
  port.close();
}

/** @param {{ writer: Connection, reader: Connection }} connections */
function serve({ writer: connection, reader }) {
  /** @type {Answer[]} */
  let answers = [];
  const writer = new Writer(connection, options, (one) => {
    if (answers.length === 0) queueMicrotask(flush);
    answers.push(one);
  });

  port.on('message', (/** @type {Request[]} */ first) => {
    // All that has arrived meanwhile goes into the same batch: this is what makes one COMMIT serve many writes.
    for (let requests = first; requests !== undefined; requests = receiveMessageOnPort(port)?.message) {
      for (const request of requests) handle(request);
    }
    writer.pump();
  });

  function flush() {
    answer(answers);
    answers = [];
  }

  /** @param {Request} request */
  function handle(request) {
    if (request.op === 'read') read(request);
    else if (request.op === 'close') writer.whenIdle(() => close(request.id));
    else writer.enqueue(request);
  }

  /** @param {Extract<Request, { op: 'read' }>} request */
  function read(request) {
    if (answers.length === 0) queueMicrotask(flush);
    try {
      answers.push({ kind: 'value', id: request.id, value: reader.execute(request) });
    } catch (error) {
      // INSERT ... RETURNING and the like come in through get() and all() too.
      if (isReadOnly(error)) writer.enqueue({ ...request, op: 'write' });
      else answers.push({ kind: 'fault', id: request.id, fault: statementFault(error, request.sql) });
    }
  }

  /** @param {number} id */
  function close(id) {
    reader.close();
    connection.close();
    answers.push({ kind: 'value', id, value: undefined });
    flush();
    port.close();
  }
}

/** @param {Answer[]} answers */
function answer(answers) {
  port.postMessage(answers);
}
