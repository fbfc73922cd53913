const SMALLEST = 16;

/** A double-ended queue on a ring of a power of two; shrinks again when it empties. */
export class Deque<Item> {
  private ring: (Item | undefined)[] = new Array(SMALLEST);
  private head = 0;
  private size = 0;

  get length(): number {
    return this.size;
  }

  first(): Item | undefined {
    return this.size === 0 ? undefined : this.ring[this.head];
  }

  push(item: Item): void {
    if (this.size === this.ring.length) this.resize(this.ring.length * 2);
    this.ring[(this.head + this.size) & (this.ring.length - 1)] = item;
    this.size += 1;
  }

  shift(): Item | undefined {
    if (this.size === 0) return undefined;
    const item = this.ring[this.head];
    this.ring[this.head] = undefined;
    this.head = (this.head + 1) & (this.ring.length - 1);
    this.size -= 1;
    if (this.ring.length > SMALLEST && this.size < this.ring.length / 4) this.resize(this.ring.length / 2);
    return item;
  }

  toArray(): Item[] {
    const end = this.head + this.size;
    const { ring } = this;
    const items =
      end <= ring.length ? ring.slice(this.head, end) : ring.slice(this.head).concat(ring.slice(0, end - ring.length));
    return items as Item[];
  }

  private resize(capacity: number): void {
    const ring: (Item | undefined)[] = new Array(capacity);
    for (let index = 0; index < this.size; index += 1) {
      ring[index] = this.ring[(this.head + index) & (this.ring.length - 1)];
    }
    this.ring = ring;
    this.head = 0;
  }
}
