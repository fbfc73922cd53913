import type { Output } from '../connection/output.js';
import type { AmqpError } from '../errors.js';
import type { Queue } from '../queue/queue.js';
import type { HeldBytes } from '../store/held-bytes.js';
import type { VirtualHost } from '../virtual-host.js';

/** What a channel needs of the connection that it belongs to. */
export interface Client {
  /** A byte string, as the user-id property has it. */
  readonly user: string;
  /** What the client says it understands, such as `consumer_cancel_notify`. */
  readonly capabilities: ReadonlySet<string>;
  readonly host: VirtualHost;
  readonly output: Output;
  /** The largest body that it may publish. */
  readonly messageBytes: number;
  /** What its unfinished publishes take. */
  readonly held: HeldBytes;
  /** Queues that end with the connection. */
  readonly exclusiveQueues: Set<Queue>;
  /** Asks for `sendConfirms` before the next write. */
  confirmsReady(channel: { sendConfirms(): void }): void;
  /** Closes the channel of that number with an exception. */
  raise(channel: number, error: AmqpError): void;
  /** The channel of that number is gone. */
  forget(channel: number): void;
}
