import { ByteWriter } from '../codec/byte-writer.js';
import type { Message } from '../message.js';
import type { Entry } from '../queue/entry.js';
import type { Queue } from '../queue/queue.js';
import type { VirtualHost } from '../virtual-host.js';
import type { Copy } from './journal.js';
import type { JournalPages } from './journal-pages.js';
import { MAGIC, RECORD, writeBinding, writeExchange, writeMessage, writeQueue } from './record.js';

/** Small enough to be made between two turns of other work. */
const CHUNK = 256 * 1024;

/** All that is durable at one moment. */
export interface Snapshot {
  /** The bytes of a new journal, made as they are asked for. */
  readonly chunks: Iterable<Buffer>;
  /** The new journal is in place: from now on contents are read from there. */
  moved(): void;
}

/** What to write is gathered at once, so the snapshot is of one moment; contents are read from the old journal as they are written. */
export function snapshot(host: VirtualHost, pages: JournalPages): Snapshot {
  const exchanges = [...host.exchanges.values()].filter((exchange) => exchange.durable);
  const declared = exchanges.filter((exchange) => exchange.name !== '' && !exchange.name.startsWith('amq.'));
  const queues = [...host.queues.values()].filter((queue) => queue.durable);
  const bindings = exchanges.flatMap((exchange) =>
    [...exchange.outgoing.values()].filter((binding) => binding.destination.durable),
  );
  const stored = queues.map((queue): [Queue, Entry[]] => [queue, queue.storedEntries()]);
  const shared = copiesOfShared(stored);
  const positions = new Float64Array(stored.reduce((sum, [, entries]) => sum + entries.length, 0));
  return { chunks: chunks(), moved };

  function* chunks(): Generator<Buffer> {
    const to = new ByteWriter(2 * CHUNK).raw(MAGIC);
    for (const exchange of declared) writeExchange(to, exchange);
    for (const queue of queues) writeQueue(to, queue);
    for (const binding of bindings) writeBinding(to, RECORD.BOUND, binding);
    let given = 0;
    let index = 0;
    for (const [queue, entries] of stored) {
      for (const entry of entries) {
        const copies = shared.get(entry.message) ?? [{ queue, entry }];
        // A message in several queues is written with the first of its copies.
        if (copies[0]?.entry === entry) {
          positions[index] = given + to.length;
          writeMessage(to, entry.message, copies);
        }
        index += 1;
        if (to.length < CHUNK) continue;
        given += to.length;
        yield to.bytes();
        to.clear();
      }
    }
    yield to.bytes();
  }

  function moved(): void {
    let index = 0;
    for (const [, entries] of stored) {
      for (const { message } of entries) {
        const position = positions[index++] as number;
        if (position > 0) host.journal.pager.written(message, pages, position);
      }
    }
  }
}

function copiesOfShared(stored: readonly [Queue, Entry[]][]): Map<Message, Copy[]> {
  const shared = new Map<Message, Copy[]>();
  for (const [queue, entries] of stored) {
    for (const entry of entries) {
      if (entry.message.holders === 1) continue;
      const copies = shared.get(entry.message);
      if (copies === undefined) shared.set(entry.message, [{ queue, entry }]);
      else copies.push({ queue, entry });
    }
  }
  return shared;
}
