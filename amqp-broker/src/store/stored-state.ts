import type { ByteReader } from '../codec/byte-reader.js';
import type { FieldTable } from '../codec/field.js';
import { BrokerError } from '../errors.js';
import { bindingKey } from '../exchange/binding.js';
import { Message, type PagedFields, type PageFile } from '../message.js';
import { MessageTable } from './message-table.js';
import { COPY_SIZE, RECORD } from './record.js';
import { entryOf, StoredBacklog } from './stored-backlog.js';
import { StoredEntries } from './stored-entries.js';

/** So many different names of exchanges and routing keys are shared. */
const NAMES = 4096;
const NO_KEYS: readonly string[] = [];

export interface StoredExchange {
  name: string;
  type: string;
  autoDelete: boolean;
  internal: boolean;
  arguments: FieldTable;
}

export interface StoredQueue {
  id: number;
  name: string;
  autoDelete: boolean;
  arguments: FieldTable;
  entries: StoredEntries;
}

export interface StoredBinding {
  source: string;
  destination: { kind: 'queue' | 'exchange'; name: string };
  routingKey: string;
  arguments: FieldTable;
}

/** What the records of a journal add up to. */
export class StoredState {
  readonly exchanges = new Map<string, StoredExchange>();
  readonly queues = new Map<number, StoredQueue>();
  readonly bindings = new Map<string, StoredBinding>();
  /** The highest queue id ever used. */
  lastQueueId = 0;
  private readonly pages: PageFile;
  private readonly table = new MessageTable();
  private readonly names = new Map<string, string>();
  private exchange = '';
  private routingKey = '';

  /** The contents of messages stay in the file. */
  constructor(pages: PageFile) {
    this.pages = pages;
  }

  /** Applies one record (its type octet, then its payload) that begins at a position of the file. */
  apply(from: ByteReader, position: number): void {
    const type = from.octet();
    switch (type) {
      case RECORD.EXCHANGE:
        this.exchangeRecord(from);
        break;
      case RECORD.EXCHANGE_DELETED:
        this.exchanges.delete(from.shortstr());
        break;
      case RECORD.QUEUE:
        this.queue(from);
        break;
      case RECORD.QUEUE_DELETED:
        this.queues.delete(from.long());
        break;
      case RECORD.BOUND: {
        const binding = readBinding(from);
        this.bindings.set(keyOf(binding), binding);
        break;
      }
      case RECORD.UNBOUND:
        this.bindings.delete(keyOf(readBinding(from)));
        break;
      case RECORD.MESSAGE:
      case RECORD.MESSAGE_WITH_HIDDEN_KEYS:
        this.message(from, position, type === RECORD.MESSAGE_WITH_HIDDEN_KEYS);
        break;
      case RECORD.DELIVERED:
        this.delivered(from);
        break;
      case RECORD.SETTLED:
        this.settled(from);
        break;
      default:
        throw new BrokerError('BROKER_DATA_UNREADABLE', `The journal holds a record of the unknown type ${type}.`, {
          hint: 'It was written by a newer version: use that one, or another data folder.',
        });
    }
  }

  private exchangeRecord(from: ByteReader): void {
    const name = from.shortstr();
    const type = from.shortstr();
    const autoDelete = from.octet() === 1;
    const internal = from.octet() === 1;
    this.exchanges.set(name, { name, type, autoDelete, internal, arguments: from.table() });
  }

  private queue(from: ByteReader): void {
    const id = from.long();
    const name = from.shortstr();
    const autoDelete = from.octet() === 1;
    this.queues.set(id, { id, name, autoDelete, arguments: from.table(), entries: new StoredEntries(this.table) });
    this.lastQueueId = Math.max(this.lastQueueId, id);
  }

  /** The messages of a queue that are left. */
  backlogOf(queue: StoredQueue): StoredBacklog {
    return new StoredBacklog(this.table, queue.entries.left(), this.pages);
  }

  private message(from: ByteReader, position: number, hidden: boolean): void {
    const count = from.short();
    const copies = from.at;
    from.at += count * COPY_SIZE;
    const bytes = from.end - from.at;
    this.exchange = this.name(from, this.exchange);
    this.routingKey = this.name(from, this.routingKey);
    const priority = from.octet();
    const hiddenKeys = hidden ? hiddenKeysIn(from) : NO_KEYS;
    const bodyAt = from.long();
    const size = from.end - from.at;
    const shared =
      hidden || count > 1 ? this.sharedMessage({ priority, hiddenKeys, bodyAt, size, position }) : undefined;
    from.at = copies;
    const { table } = this;
    for (let copy = 0; copy < count; copy += 1) {
      const entries = this.queues.get(from.long())?.entries;
      const row = table.add();
      table.sequences[row] = from.longlong();
      table.expiries[row] = from.longlong() || Number.POSITIVE_INFINITY;
      table.redelivered[row] = from.octet();
      table.returns[row] = from.short();
      table.positions[row] = position;
      table.storedBytes[row] = bytes / count;
      table.sizes[row] = size;
      table.bodiesAt[row] = bodyAt;
      table.priorities[row] = priority;
      table.exchanges.push(this.exchange);
      table.routingKeys.push(this.routingKey);
      if (shared !== undefined) table.entries.set(row, entryOf(table, row, shared));
      entries?.add(row);
    }
  }

  private sharedMessage(
    fields: Pick<PagedFields, 'priority' | 'bodyAt' | 'size' | 'position' | 'hiddenKeys'>,
  ): Message {
    const { exchange, routingKey, pages: file } = this;
    const message = new Message({ ...fields, exchange, routingKey, file, persistent: true, expirationMs: undefined });
    message.journalled = true;
    return message;
  }

  /** Mostly it is that of the message before it, and then no string is made. */
  private name(from: ByteReader, last: string): string {
    const { buffer, at } = from;
    const length = from.octet();
    if (length === last.length) {
      let index = 0;
      while (index < length && buffer[at + 1 + index] === last.charCodeAt(index)) index += 1;
      if (index === length) {
        from.at += length;
        return last;
      }
    }
    from.at = at;
    return this.shared(from.shortstr());
  }

  /** One string for all messages with the same name in them. */
  private shared(name: string): string {
    const known = this.names.get(name);
    if (known !== undefined) return known;
    if (this.names.size < NAMES) this.names.set(name, name);
    return name;
  }

  private delivered(from: ByteReader): void {
    const entries = this.queues.get(from.long())?.entries;
    while (from.at < from.end) {
      // Read on its own: the queue may be deleted, and `?.` would leave its argument unread for ever.
      const sequence = from.longlong();
      entries?.delivered(sequence);
    }
  }

  private settled(from: ByteReader): void {
    const entries = this.queues.get(from.long())?.entries;
    while (from.at < from.end) {
      const sequence = from.longlong();
      entries?.settle(sequence);
    }
  }
}

function hiddenKeysIn(from: ByteReader): string[] {
  return Array.from({ length: from.short() }, () => from.longstr());
}

function readBinding(from: ByteReader): StoredBinding {
  const source = from.shortstr();
  const kind = from.octet() === 1 ? 'queue' : 'exchange';
  return { source, destination: { kind, name: from.shortstr() }, routingKey: from.shortstr(), arguments: from.table() };
}

function keyOf({ source, destination, routingKey, arguments: args }: StoredBinding): string {
  return `${source.length} ${source}${bindingKey(destination, routingKey, args)}`;
}
