import type { Channel } from 'amqplib';

/** Asks for the counts of queues on channels of its own: one for each queue, so that all are asked at once. */
export class Watch {
  private readonly open: () => Promise<Channel>;
  private readonly channels = new Map<string, Promise<Channel>>();
  private readonly missing = new Map<string, string>();

  constructor(open: () => Promise<Channel>) {
    this.open = open;
  }

  /** Looks for the queue again, which was not there or was another connection's. */
  again(queue: string): void {
    this.missing.delete(queue);
  }

  /** Ready messages and consumers, or why there are none; `name` is the queue's on the broker. */
  async count(queue: string, name: string): Promise<string> {
    const known = this.missing.get(queue);
    if (known !== undefined) return known;
    let channel = this.channels.get(queue);
    if (channel === undefined) {
      channel = this.open();
      this.channels.set(queue, channel);
    }
    try {
      const { messageCount, consumerCount } = await (await channel).checkQueue(name);
      return `${messageCount} ready, ${consumerCount} consumers`;
    } catch (error) {
      this.channels.delete(queue);
      const answer = `refused ${String((error as { code?: number }).code)}`;
      this.missing.set(queue, answer);
      return answer;
    }
  }

  forget(): void {
    this.missing.clear();
  }
}
