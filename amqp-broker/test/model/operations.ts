/**
 * What a client does: each operation names the channel it is done on (0, 1 and 4 share a connection, 2 and 3 another; 4 is
 * transactional). Those that settle or cancel begin at that channel to look for one that has something to settle or cancel.
 */
export type Operation = { channel: number } & (
  | {
      do: 'declare-queue';
      queue: string;
      durable: boolean;
      autoDelete: boolean;
      exclusive: boolean;
      args: QueueArguments;
    }
  | {
      do: 'declare-exchange';
      exchange: string;
      type: string;
      autoDelete: boolean;
      internal: boolean;
      alternate?: string | undefined;
    }
  | { do: 'bind' | 'unbind'; to: string; exchange: string; key: string; args: Record<string, unknown> }
  | ({ do: 'publish'; exchange: string; key: string } & PublishOptions)
  | { do: 'get'; queue: string; noAck: boolean }
  | { do: 'consume'; queue: string; noAck: boolean; exclusive: boolean; priority?: number | undefined }
  | { do: 'consume-replies' }
  | { do: 'reply'; pick: number }
  | { do: 'cancel'; pick: number }
  | { do: 'prefetch'; count: number; global: boolean }
  | { do: 'ack'; pick: number; multiple: boolean }
  | { do: 'nack'; pick: number; multiple: boolean; requeue: boolean }
  | { do: 'reject'; pick: number; requeue: boolean }
  | { do: 'ack-unknown'; multiple: boolean }
  | { do: 'recover' | 'commit' | 'rollback' | 'close-channel' | 'close-connection' | 'break-connection' }
  /** Waits until all times to live of `TTL_MS` are over. */
  | { do: 'wait' }
  | { do: 'purge' | 'check-queue'; queue: string }
  | { do: 'check-exchange'; exchange: string }
  | { do: 'delete-queue'; queue: string; ifUnused: boolean; ifEmpty: boolean }
  | { do: 'delete-exchange'; exchange: string; ifUnused: boolean }
);

export interface PublishOptions {
  /** How many messages, each once the one before has come to rest. */
  count: number;
  mandatory: boolean;
  persistent: boolean;
  priority?: number | undefined;
  expiration?: string | undefined;
  header?: number | undefined;
  CC?: string[] | undefined;
  BCC?: string[] | undefined;
  /** Asks for direct replies. */
  asks: boolean;
  userId?: string | undefined;
}

/** Arguments by their name on the wire; names of queues and exchanges in them are made unique too. */
export type QueueArguments = Record<string, string | number | boolean | undefined>;

/** The channel that is transactional. */
export const TRANSACTIONAL = 4;

/** A time to live that is over within a sequence that waits; see timing.ts. */
export const TTL_MS = 1_500;
