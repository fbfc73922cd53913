import type { Channel, ConsumeMessage } from 'amqplib';

/** Options of {@link AckBatch}. */
export interface AckBatchOptions {
  /** Acknowledge when so many deliveries are done. */
  readonly size: number;
  /** Acknowledge at the latest after so many ms. */
  readonly delayMs: number;
}

/**
 * Acknowledges the deliveries of one channel in batches. The finished ones at the front go with a single frame
 * (`multiple`, AMQP 0-9-1 §1.8.3.13); those behind an unfinished delivery one by one, so that nothing unfinished is ever
 * acknowledged and a slow handler does not hold up the others.
 */
export class AckBatch {
  readonly #channel: Pick<Channel, 'ack' | 'nack'>;
  readonly #options: AckBatchOptions;
  #outstanding: ConsumeMessage[] = [];
  readonly #done = new Set<ConsumeMessage>();
  #timer: NodeJS.Timeout | undefined;
  #open = true;

  constructor(channel: Pick<Channel, 'ack' | 'nack'>, options: AckBatchOptions) {
    this.#channel = channel;
    this.#options = options;
  }

  /** A delivery has arrived; call it in the order of arrival. */
  delivered(message: ConsumeMessage): void {
    this.#outstanding.push(message);
  }

  /** A delivery is done and will be acknowledged. */
  done(message: ConsumeMessage): void {
    if (!this.#open) return;
    this.#done.add(message);
    if (this.#done.size >= this.#options.size) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), this.#options.delayMs);
  }

  /** Gives a delivery back to the queue. */
  giveBack(message: ConsumeMessage): void {
    if (!this.#open) return;
    this.#outstanding = this.#outstanding.filter((other) => other !== message);
    this.#send(() => this.#channel.nack(message, false, true));
  }

  /** Acknowledges all that is done. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (!this.#open || this.#done.size === 0) return;
    const front = this.#outstanding.findIndex((message) => !this.#done.has(message));
    const finished = front === -1 ? this.#outstanding.length : front;
    const last = this.#outstanding[finished - 1];
    const behind = this.#outstanding.slice(finished);
    this.#send(() => {
      if (last) this.#channel.ack(last, true);
      for (const message of behind) if (this.#done.has(message)) this.#channel.ack(message);
    });
    this.#outstanding = behind.filter((message) => !this.#done.has(message));
    this.#done.clear();
  }

  /** The channel is gone: the broker delivers again what was not acknowledged. */
  discard(): void {
    this.#open = false;
    clearTimeout(this.#timer);
  }

  /** On a channel that is about to close, amqplib throws; the broker then delivers again anyway. */
  #send(frames: () => void): void {
    try {
      frames();
    } catch {
      this.discard();
    }
  }
}
