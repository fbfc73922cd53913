/** What a client knows of a message that it sent to a queue. */
type MessageState = 'sent' | 'confirmed' | 'settling' | 'settled';

/** What a client knows of a queue: what it sent there, and what was answered. */
export class QueueBook {
  state: 'declaring' | 'there' | 'deleting' | 'gone' = 'declaring';
  private readonly messages = new Map<number, MessageState>();

  sent(id: number): void {
    this.messages.set(id, 'sent');
  }

  confirmed(id: number): void {
    if (this.messages.get(id) === 'sent') this.messages.set(id, 'confirmed');
  }

  settling(id: number): void {
    this.messages.set(id, 'settling');
  }

  settled(id: number): void {
    this.messages.set(id, 'settled');
  }

  /** Compares with what a restarted broker holds (undefined: the queue is not there); answers what it broke, and knows that from now on. */
  compare(held: readonly number[] | undefined): string[] {
    if (held === undefined) return this.state === 'there' ? ['a declared queue is gone'] : [];
    if (this.state === 'gone') return ['a deleted queue is back'];
    const faults: string[] = [];
    const found = new Set(held);
    if (found.size < held.length) faults.push('a message came twice');
    if (held.some((id, index) => index > 0 && id < (held[index - 1] as number))) faults.push(`out of order: ${held}`);
    for (const id of held) if (!this.messages.has(id)) faults.push(`${id} was never sent there`);
    for (const [id, state] of this.messages) {
      if (state === 'confirmed' && !found.has(id)) faults.push(`${id} was confirmed and is lost`);
      if (state === 'settled' && found.has(id)) faults.push(`${id} was settled and is back`);
      if (!found.has(id)) this.messages.delete(id);
      else this.messages.set(id, 'confirmed');
    }
    this.state = 'there';
    return faults;
  }
}
