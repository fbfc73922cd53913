/** How often what happened to messages; all count from the broker's start. The names are those of RabbitMQ's `message_stats`. */
export class Counters {
  publish = 0;
  confirm = 0;
  returnUnroutable = 0;
  dropUnroutable = 0;
  deliver = 0;
  deliverNoAck = 0;
  get = 0;
  getNoAck = 0;
  getEmpty = 0;
  redeliver = 0;
  ack = 0;
}

export type Counted = keyof Counters;

/** The names of all counters. */
export const COUNTED = Object.keys(new Counters()) as readonly Counted[];

/** Counts for a queue, and for the virtual host that it is in. */
export class QueueCounters extends Counters {
  private readonly host: Counters;

  constructor(host: Counters) {
    super();
    this.host = host;
  }

  delivered(noAck: boolean, redelivered: boolean): void {
    if (noAck) {
      this.deliverNoAck += 1;
      this.host.deliverNoAck += 1;
    } else {
      this.deliver += 1;
      this.host.deliver += 1;
    }
    if (redelivered) this.redelivered();
  }

  got(noAck: boolean, redelivered: boolean): void {
    if (noAck) {
      this.getNoAck += 1;
      this.host.getNoAck += 1;
    } else {
      this.get += 1;
      this.host.get += 1;
    }
    if (redelivered) this.redelivered();
  }

  gotNothing(): void {
    this.getEmpty += 1;
    this.host.getEmpty += 1;
  }

  acknowledged(): void {
    this.ack += 1;
    this.host.ack += 1;
  }

  private redelivered(): void {
    this.redeliver += 1;
    this.host.redeliver += 1;
  }
}
