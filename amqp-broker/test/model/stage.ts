/** What the operations of one sequence share: names of its own, and what there may be of them. */
export class Stage {
  readonly queues = new Set<string>();
  readonly exchanges = new Set<string>();
  /** Addresses that replies were asked to, by the body of the request. */
  readonly addresses = new Map<string, string>();
  private readonly prefix: string;

  /** `prefix` keeps its names apart from all others. */
  constructor(prefix: string) {
    this.prefix = prefix;
  }

  /** Queues and exchanges get the sequence's own name; other keys stay as they are. */
  name(name: string): string {
    return /^[qx]\d$/.test(name) ? this.prefix + name : name;
  }

  named(args: Record<string, unknown>): Record<string, unknown> {
    const known = Object.entries(args).filter(([, value]) => value !== undefined);
    return Object.fromEntries(
      known.map(([name, value]) => [name, typeof value === 'string' ? this.name(value) : value]),
    );
  }

  /** What was seen, without what is different each time. */
  comparable<T>(seen: T): T {
    const text = JSON.stringify(seen)
      .replaceAll(this.prefix, '')
      .replace(/amq\.rabbitmq\.reply-to\.[^"\\]+/g, 'amq.rabbitmq.reply-to.…');
    return JSON.parse(text) as T;
  }
}
