import type { Transaction } from '../state/index.js';
import type { EventContract } from './define-event.js';
import type { EventOptions } from './event.js';

/** How to publish. */
export interface PublishOptions extends EventOptions {
  /**
   * Writes the event into the outbox in this transaction: it leaves if and only if the transaction commits, even when
   * the broker is down at the time. Without it, `publish` resolves when the broker has confirmed the event.
   */
  readonly tx?: Transaction;
  /** How long to try without `tx`, in ms, across reconnections; `Infinity` for no limit. Default 10 000. */
  readonly deadlineMs?: number;
}

/** The publishing side of the event bus: what a service's own code sees. */
export interface EventPublisher {
  /**
   * Publishes an event.
   *
   * @throws {MscliError} `INVALID_EVENT` when the data breaks the contract: every fault with its path
   * @throws {PublishError} `PUBLISH_FAILED` when the broker has not confirmed it within the deadline; `outcomeUnknown`
   *   says whether it may have it all the same
   */
  publish<Data, Input>(
    contract: EventContract<Data, Input>,
    data: Input,
    options?: PublishOptions,
  ): Promise<{ id: string }>;
}
