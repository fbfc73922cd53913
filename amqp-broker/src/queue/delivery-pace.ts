/** Hands out messages until there is nothing to hand out, nobody to take it, or no share left. */
export interface Dispatcher {
  dispatch(): void;
}

/** About 500 messages of 1 KB, which take some 3 ms. */
const TURN_COST = 1024 * 1024;
/** What a delivery costs beside its bytes, in the time in which so many bytes could be handed out. */
const DELIVERY_COST = 1024;

/**
 * How much the queues hand out in one turn of the event loop, so that many deep ones do not keep confirms, heartbeats and other clients
 * waiting. Who finds nothing left stands in line and goes on in a later turn.
 */
export class DeliveryPace {
  private left = TURN_COST;
  private readonly line = new Set<Dispatcher>();
  private serving: Dispatcher | undefined;
  private scheduled = false;

  /** Whether the queue may hand out one more message now; otherwise it is called later. Nobody overtakes those in line. */
  allows(queue: Dispatcher): boolean {
    if (this.left > 0 && (this.serving === queue || this.line.size === 0)) return true;
    this.line.add(queue);
    this.schedule();
    return false;
  }

  /** A message of so many bytes is handed out. */
  spend(bytes: number): void {
    this.left -= DELIVERY_COST + bytes;
    this.schedule();
  }

  private schedule(): void {
    if (this.scheduled) return;
    this.scheduled = true;
    setImmediate(() => this.turn());
  }

  private turn(): void {
    this.scheduled = false;
    this.left = TURN_COST;
    for (const queue of this.line) {
      if (this.left <= 0) break;
      this.line.delete(queue);
      this.serving = queue;
      queue.dispatch();
    }
    this.serving = undefined;
    if (this.line.size > 0) this.schedule();
  }
}
