/** A published message. Its content is kept as the bytes that came in, and one message is shared by all queues that hold it. */
export interface Message {
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
}

/** Bytes of the body, which is what length limits and content headers count. */
export function bodySize(message: Message): number {
  return message.content.length - message.bodyAt;
}
