import type { Waiter } from '../store/journal.js';

/** Publisher confirms of one channel (RabbitMQ's extension): numbers publishes and gathers their confirms for one write. */
export class Confirms implements Waiter {
  private next = 1;
  /** Publishes whose messages wait for the disk, oldest first. */
  private readonly waiting = new Set<number>();
  private accepted: number[] = [];
  private refused: number[] = [];
  private readonly onReady: () => void;

  /** `onReady` asks for `send` to be called soon. */
  constructor(onReady: () => void) {
    this.onReady = onReady;
  }

  /** The number of the next publish on the channel. */
  take(): number {
    return this.next++;
  }

  /** Publishes without an answer yet. */
  get unconfirmed(): number {
    return this.waiting.size + this.accepted.length + this.refused.length;
  }

  /** The publish waits for the disk; `stored` will be called. */
  wait(publish: number): void {
    this.waiting.add(publish);
  }

  stored(publish: number, ok: boolean): void {
    this.waiting.delete(publish);
    this.settle(publish, ok);
  }

  settle(publish: number, ok: boolean): void {
    (ok ? this.accepted : this.refused).push(publish);
    if (this.accepted.length + this.refused.length === 1) this.onReady();
  }

  /** Sends what has gathered, consecutive confirms as one; answers how many publishes it confirmed. */
  send(ack: (tag: number, multiple: boolean) => void, nack: (tag: number) => void): number {
    const { accepted, refused } = this;
    if (accepted.length + refused.length === 0) return 0;
    this.accepted = [];
    this.refused = [];
    for (const publish of refused) nack(publish);
    if (accepted.length > 0) this.sendAcks(accepted, ack);
    return accepted.length;
  }

  private sendAcks(accepted: number[], ack: (tag: number, multiple: boolean) => void): void {
    const oldestWaiting = this.waiting.values().next().value ?? this.next;
    accepted.sort((a, b) => a - b);
    const together = accepted.findLastIndex((publish) => publish < oldestWaiting);
    if (together >= 0) ack(accepted[together] as number, together > 0);
    for (const publish of accepted.slice(together + 1)) ack(publish, false);
  }
}
