import type { ByteReader } from '../codec/byte-reader.js';
import type { FieldTable } from '../codec/field.js';
import { BrokerError } from '../errors.js';
import { bindingKey } from '../exchange/binding.js';
import { Message, type PageFile } from '../message.js';
import type { Entry } from '../queue/entry.js';
import { COPY_SIZE, RECORD } from './record.js';

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
  entries: Map<number, Entry>;
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
  private readonly names = new Map<string, string>();

  /** The contents of messages stay in the file. */
  constructor(pages: PageFile) {
    this.pages = pages;
  }

  /** Applies one record (its type octet, then its payload) that begins at a position of the file. */
  apply(from: ByteReader, position: number): void {
    const type = from.octet();
    switch (type) {
      case RECORD.EXCHANGE:
        this.exchange(from);
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

  private exchange(from: ByteReader): void {
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
    this.queues.set(id, { id, name, autoDelete, arguments: from.table(), entries: new Map() });
    this.lastQueueId = Math.max(this.lastQueueId, id);
  }

  private message(from: ByteReader, position: number, hidden: boolean): void {
    const count = from.short();
    const copies = from.at;
    from.at += count * COPY_SIZE;
    const message = this.readMessage(from, position, hidden);
    const storedBytes = (from.end - from.at) / count;
    from.at = copies;
    for (let copy = 0; copy < count; copy += 1) {
      const entries = this.queues.get(from.long())?.entries;
      const sequence = from.longlong();
      const expiresAt = from.longlong() || Number.POSITIVE_INFINITY;
      const redelivered = from.octet() === 1;
      const returns = from.short();
      entries?.set(sequence, { message, sequence, expiresAt, stored: true, storedBytes, redelivered, returns });
    }
  }

  private readMessage(from: ByteReader, position: number, hidden: boolean): Message {
    const message = new Message({
      exchange: this.shared(from.shortstr()),
      routingKey: this.shared(from.shortstr()),
      priority: from.octet(),
      hiddenKeys: hidden ? hiddenKeysIn(from) : NO_KEYS,
      bodyAt: from.long(),
      size: from.end - from.at,
      file: this.pages,
      position,
      persistent: true,
      expirationMs: undefined,
    });
    message.journalled = true;
    return message;
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
      const sequence = from.longlong();
      const entry = entries?.get(sequence);
      if (entry !== undefined) entry.redelivered = true;
    }
  }

  private settled(from: ByteReader): void {
    const entries = this.queues.get(from.long())?.entries;
    while (from.at < from.end) {
      // Read on its own: what is settled may be of a queue that is deleted, and `?.` would leave its argument unread for ever.
      const sequence = from.longlong();
      entries?.delete(sequence);
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
