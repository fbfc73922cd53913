import type { Output } from './output.js';

export interface MemoryBlockOptions {
  output: Output;
  /** Whether the client said that it understands connection.blocked. */
  told: boolean;
  /** Whether messages take too much memory now. */
  high(): boolean;
}

/** As in RabbitMQ, memory only blocks those who publish, each when it does; clients that say they understand are told. */
export class MemoryBlock {
  private readonly options: MemoryBlockOptions;
  /** Whether it has published since it was last unblocked. */
  private publishing = false;
  private blocked = false;

  constructor(options: MemoryBlockOptions) {
    this.options = options;
  }

  /** The client published something. */
  published(): void {
    this.publishing = true;
  }

  /** Whether the client is not to be read from now. */
  check(): boolean {
    const { output, told } = this.options;
    const blocked = this.publishing && this.options.high();
    if (blocked === this.blocked) return blocked;
    this.blocked = blocked;
    this.publishing = blocked;
    if (told && blocked) output.method(0, 'connection.blocked', { reason: 'low on memory' });
    if (told && !blocked) output.method(0, 'connection.unblocked', {});
    return blocked;
  }
}
