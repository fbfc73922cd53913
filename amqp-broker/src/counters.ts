/** How often what happened to messages. The names are those of RabbitMQ's `message_stats`. */
export class Counts {
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

export type Counted = keyof Counts;

/** The names of all counters. */
export const COUNTED = Object.keys(new Counts()) as readonly Counted[];

const NOTHING: Readonly<Counts> = new Counts();

/** Counts from the broker's start. They only grow. */
export class Counters extends Counts {
  /** What they said at the last sample and at the one before it; only `Rates` writes them. */
  recent = NOTHING;
  earlier = NOTHING;

  /** Whether anything was counted since the last sample. */
  get moved(): boolean {
    return total(this) !== total(this.recent);
  }
}

function total(counts: Readonly<Counts>): number {
  const { publish, confirm, returnUnroutable, dropUnroutable, deliver, deliverNoAck } = counts;
  const { get, getNoAck, getEmpty, redeliver, ack } = counts;
  const published = publish + confirm + returnUnroutable + dropUnroutable;
  return published + deliver + deliverNoAck + get + getNoAck + getEmpty + redeliver + ack;
}

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
