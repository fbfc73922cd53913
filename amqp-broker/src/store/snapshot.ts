import { ByteWriter } from '../codec/byte-writer.js';
import type { Message } from '../message.js';
import type { VirtualHost } from '../virtual-host.js';
import type { Copy } from './journal.js';
import { MAGIC, RECORD, writeBinding, writeExchange, writeMessage, writeQueue } from './record.js';

const CHUNK = 1024 * 1024;

/**
 * All that is durable, as the bytes of a new journal. What to write is gathered at once, so the snapshot is of one moment;
 * the bytes are made as they are asked for, a chunk at a time.
 */
export function snapshot(host: VirtualHost): Iterable<Buffer> {
  const exchanges = [...host.exchanges.values()].filter((exchange) => exchange.durable);
  const declared = exchanges.filter((exchange) => exchange.name !== '' && !exchange.name.startsWith('amq.'));
  const queues = [...host.queues.values()].filter((queue) => queue.durable);
  const bindings = exchanges.flatMap((exchange) =>
    [...exchange.outgoing.values()].filter((binding) => binding.destination.durable),
  );
  const messages = new Map<Message, Copy[]>();
  for (const queue of queues) {
    for (const entry of queue.storedEntries()) {
      const copies = messages.get(entry.message);
      if (copies === undefined) messages.set(entry.message, [{ queue, entry }]);
      else copies.push({ queue, entry });
    }
  }
  return chunks();

  function* chunks(): Generator<Buffer> {
    const to = new ByteWriter(2 * CHUNK).raw(MAGIC);
    for (const exchange of declared) writeExchange(to, exchange);
    for (const queue of queues) writeQueue(to, queue);
    for (const binding of bindings) writeBinding(to, RECORD.BOUND, binding);
    for (const [message, copies] of messages) {
      writeMessage(to, message, copies);
      if (to.length < CHUNK) continue;
      yield to.bytes();
      to.clear();
    }
    yield to.bytes();
  }
}
