/** The AMQP properties that events use. */
export interface MessageProperties {
  readonly messageId?: string | undefined;
  readonly type?: string | undefined;
  readonly appId?: string | undefined;
  /** Seconds since 1970. */
  readonly timestamp?: number | undefined;
  readonly contentType?: string | undefined;
  readonly headers?: Readonly<Record<string, unknown>> | undefined;
}

/** A message on its way to an exchange. */
export interface OutgoingMessage {
  /** `''` is the default exchange: the routing key is then a queue's name. */
  readonly exchange: string;
  readonly routingKey: string;
  readonly content: Buffer;
  readonly properties: MessageProperties;
}

/** A message that came out of a queue. */
export interface IncomingMessage extends OutgoingMessage {
  /** The broker has delivered it before, perhaps to an instance that died. */
  readonly redelivered: boolean;
}

/** A durable queue with its dead-letter queue, bound to the event exchange. */
export interface QueueSpec {
  readonly name: string;
  readonly deadLetterQueue: string;
  readonly pattern: string;
  /** Messages handled at the same time. */
  readonly prefetch: number;
}

/** A running consumer; it survives reconnections. */
export interface Consumer {
  /** Resolves when it has consumed for the first time. */
  readonly started: Promise<void>;
  /** Consuming right now. */
  readonly active: boolean;
  /** Takes no more messages, waits for the running handlers, acknowledges them. */
  stop(): Promise<void>;
}

/** Where a transport stands. `idle` until somebody publishes or consumes. */
export type TransportState = 'idle' | 'connecting' | 'connected' | 'closed';

/** How messages travel: AMQP in a service, memory in a test. */
export interface Transport extends AsyncDisposable {
  readonly state: TransportState;
  /** Resolves when the broker has taken the message over; rejects with `PUBLISH_FAILED` at the deadline. */
  publish(message: OutgoingMessage, options?: { deadlineMs?: number }): Promise<void>;
  /** A message is acknowledged when `handle` resolves and goes back to the queue when it rejects. */
  consume(queue: QueueSpec, handle: (message: IncomingMessage) => Promise<void>): Consumer;
  /** Calls back at every new connection. */
  onConnected(listener: () => void): Disposable;
  /** Consumers must have been stopped; publishes in flight are given up. */
  close(): Promise<void>;
}
