const NO_KEYS: readonly string[] = [];

/** What a publish says. */
export interface MessageFields {
  readonly exchange: string;
  readonly routingKey: string;
  /** The property list (flags first), then the body. */
  readonly content: Buffer;
  /** Where the body begins in `content`. */
  readonly bodyAt: number;
  /** Delivery mode 2. */
  readonly persistent: boolean;
  readonly priority: number;
  /** The per-message time to live in milliseconds. */
  readonly expirationMs: number | undefined;
  /** Routing keys that only the broker knows (BCC): a dead letter goes by them too. */
  readonly hiddenKeys?: readonly string[];
}

/** A file with contents that are not kept in memory. */
export interface PageFile {
  /** The content of so many bytes whose record begins at the position; throws when the disk does not give it. */
  read(position: number, size: number): Buffer;
  /** Nobody needs the content any more. */
  release(size: number): void;
}

/** A message without its content, and where that lies. */
export interface PagedFields extends Omit<MessageFields, 'content'> {
  readonly size: number;
  readonly file: PageFile;
  readonly position: number;
}

/**
 * A published message. Its content is kept as the bytes that came in, in memory or in a file, and one message is shared by
 * all queues that hold it.
 */
export class Message {
  readonly exchange: string;
  readonly routingKey: string;
  readonly bodyAt: number;
  readonly persistent: boolean;
  readonly priority: number;
  readonly expirationMs: number | undefined;
  readonly hiddenKeys: readonly string[];
  /** Bytes of the content. */
  readonly size: number;
  /** How many queues hold it; counted by the pager. */
  holders = 0;
  /** Whether its content should leave the memory as soon as the journal has it; decided by the pager. */
  leaving = false;
  /** Whether all its copies are in the journal. */
  journalled = false;
  private memory: Buffer | undefined;
  private file: PageFile | undefined;
  private position: number;

  constructor(fields: MessageFields | PagedFields) {
    this.exchange = fields.exchange;
    this.routingKey = fields.routingKey;
    this.bodyAt = fields.bodyAt;
    this.persistent = fields.persistent;
    this.priority = fields.priority;
    this.expirationMs = fields.expirationMs;
    this.hiddenKeys = fields.hiddenKeys ?? NO_KEYS;
    const paged = 'file' in fields ? fields : undefined;
    this.memory = 'content' in fields ? fields.content : undefined;
    this.size = paged?.size ?? this.content.length;
    this.file = paged?.file;
    this.position = paged?.position ?? 0;
  }

  /** The property list (flags first), then the body; read from its file where it is not in memory. */
  get content(): Buffer {
    if (this.memory !== undefined) return this.memory;
    if (this.file === undefined) throw new Error('a message has lost its content');
    return this.file.read(this.position, this.size);
  }

  /** Whether the content is in memory. */
  get resident(): boolean {
    return this.memory !== undefined;
  }

  /** Takes the content out of a much larger buffer that it was read in, which it would keep in memory. */
  own(): void {
    const { memory } = this;
    if (memory === undefined || memory.buffer.byteLength <= Math.max(memory.length * 2, Buffer.poolSize)) return;
    this.memory = Buffer.from(memory);
  }

  /** Says where the content can be read from. */
  placeAt(file: PageFile, position: number): void {
    this.file = file;
    this.position = position;
  }

  /** The journal moved its end by so many bytes. */
  shift(bytes: number): void {
    this.position += bytes;
  }

  /** Brings the content into memory for a moment; `unload` lets go of it. Throws when the disk does not give it. */
  load(): void {
    this.memory = this.content;
  }

  /** Leaves the content to its file. */
  unload(): void {
    if (this.file !== undefined) this.memory = undefined;
  }

  /** The last queue gave it up. */
  release(): void {
    this.file?.release(this.size);
  }
}

/** The message with some things changed. */
export function changed(message: Message, changes: Partial<MessageFields>): Message {
  const { exchange, routingKey, content, bodyAt, persistent, priority, expirationMs, hiddenKeys } = message;
  const same = { exchange, routingKey, content, bodyAt, persistent, priority, expirationMs, hiddenKeys };
  return new Message({ ...same, ...changes });
}

/** Bytes of the body, which is what length limits and content headers count. */
export function bodySize(message: Message): number {
  return message.size - message.bodyAt;
}
