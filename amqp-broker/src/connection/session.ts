import { Channel } from '../channel/channel.js';
import type { Client } from '../channel/client.js';
import type { FieldTable } from '../codec/field.js';
import { FRAME } from '../codec/frame.js';
import type { Method, MethodName } from '../codec/method-spec.js';
import { METHODS } from '../codec/method-spec.js';
import { AmqpError } from '../errors.js';
import type { Log } from '../log.js';
import { removeQueue } from '../queue/delete.js';
import type { Queue } from '../queue/queue.js';
import { type HeldBytes, nothingHeld } from '../store/held-bytes.js';
import type { VirtualHost } from '../virtual-host.js';
import { MemoryBlock } from './memory-block.js';
import type { Output } from './output.js';
import type { Limits } from './tune.js';

export interface SessionOptions {
  /** A byte string, as the user-id property has it. */
  user: string;
  /** How it authenticated. */
  mechanism: string;
  /** What the client says of itself. */
  clientProperties: FieldTable;
  /** What the client says it understands, such as `consumer_cancel_notify`. */
  capabilities: ReadonlySet<string>;
  limits: Limits;
  /** The largest body that it may publish. */
  messageBytes: number;
  host: VirtualHost;
  output: Output;
  log: Log;
}

/** An open connection: who it is, its channels, and the exclusive queues that end with it. */
export class Session implements Client {
  readonly user: string;
  readonly mechanism: string;
  readonly clientProperties: FieldTable;
  /** Milliseconds since the epoch. */
  readonly connectedAt: number;
  readonly capabilities: ReadonlySet<string>;
  readonly limits: Limits;
  readonly host: VirtualHost;
  readonly output: Output;
  readonly messageBytes: number;
  readonly held: HeldBytes = nothingHeld();
  readonly channels = new Map<number, Channel>();
  readonly exclusiveQueues = new Set<Queue>();
  private readonly confirming = new Set<{ sendConfirms(): void }>();
  private readonly log: Log;
  private readonly memory: MemoryBlock;

  constructor(options: SessionOptions) {
    this.user = options.user;
    this.mechanism = options.mechanism;
    this.clientProperties = options.clientProperties;
    this.connectedAt = options.host.now();
    this.capabilities = options.capabilities;
    this.limits = options.limits;
    this.host = options.host;
    this.output = options.output;
    this.messageBytes = options.messageBytes;
    this.log = options.log;
    const { output, capabilities, host } = options;
    this.memory = new MemoryBlock({
      output,
      told: capabilities.has('connection.blocked'),
      high: () => host.journal.pager.high && !host.journal.pager.mayComplete(this.held),
    });
  }

  /** Whether the client is not to be read from: it publishes more than the memory or the disk can take. */
  get blocked(): boolean {
    const { pager, congested } = this.host.journal;
    pager.count(this.held);
    return this.memory.check() || congested;
  }

  /** Handles a frame of a channel. A soft error closes that channel; a hard one is thrown to the connection. */
  frame(type: number, number: number, method: Method | undefined, buffer: Buffer, start: number, end: number): void {
    const channel = this.channels.get(number);
    if (method?.method === 'channel.open') {
      this.open(number, channel);
      return;
    }
    if (channel === undefined) throw new AmqpError('CHANNEL_ERROR', "expected 'channel.open'");
    if (type === FRAME.HEADER) this.memory.published();
    else if (type === FRAME.BODY) this.refuseFlood();
    try {
      channel.frame(type, method, buffer, start, end);
    } catch (error) {
      if (!(error instanceof AmqpError) || error.hard) throw error;
      this.fail(channel, error);
    }
  }

  confirmsReady(channel: { sendConfirms(): void }): void {
    this.confirming.add(channel);
    this.output.schedule();
  }

  raise(number: number, error: AmqpError): void {
    const channel = this.channels.get(number);
    if (channel?.open) this.fail(channel, error);
  }

  /** Closes the channels whose oldest delivery has been unsettled for longer than its queue allows, or else than that, in milliseconds. */
  closeLateChannels(acknowledgementMs: number): void {
    const now = this.host.now();
    for (const channel of [...this.channels.values()]) {
      const { oldest } = channel.deliveries;
      const allowed = oldest?.queue.policy.consumerTimeoutMs ?? acknowledgementMs;
      if (oldest !== undefined && oldest.at < now - allowed) channel.raise(late(channel.number, allowed));
    }
  }

  forget(channel: number): void {
    this.channels.delete(channel);
  }

  sendConfirms(): void {
    for (const channel of this.confirming) channel.sendConfirms();
    this.confirming.clear();
  }

  resumeConsumers(): void {
    for (const channel of this.channels.values()) channel.resumeConsumers();
  }

  /** Gives everything back: channels, unacknowledged messages, exclusive queues. */
  close(): void {
    const channels = [...this.channels.values()];
    for (const channel of channels) channel.leave();
    for (const channel of channels) channel.close();
    this.channels.clear();
    this.confirming.clear();
    for (const queue of this.exclusiveQueues) removeQueue(this.host, queue);
    this.exclusiveQueues.clear();
    this.host.journal.pager.count(this.held);
  }

  /** The one client that may go on although memory is low could begin bodies on all its channels. */
  private refuseFlood(): void {
    if (this.held.incoming <= this.messageBytes || !this.host.journal.pager.flooded) return;
    throw new AmqpError('RESOURCE_ERROR', 'the bodies begun take more memory than there is', 'basic.publish');
  }

  private open(number: number, existing: Channel | undefined): void {
    if (existing !== undefined) throw new AmqpError('CHANNEL_ERROR', "second 'channel.open' seen");
    if (number > this.limits.channelMax) {
      throw new AmqpError(
        'NOT_ALLOWED',
        `number of channels opened (${this.channels.size}) has reached the negotiated channel_max (${this.limits.channelMax})`,
      );
    }
    this.channels.set(number, new Channel(number, this));
    this.output.method(number, 'channel.open-ok', { reserved1: '' });
  }

  private fail(channel: Channel, error: AmqpError): void {
    this.log({ level: 'warn', message: 'channel closed by the broker', error: error.message });
    const cause: MethodName | undefined = channel.current;
    const [classId, methodId] = cause === undefined ? [0, 0] : METHODS[cause];
    channel.fail();
    this.output.method(channel.number, 'channel.close', {
      replyCode: error.code,
      replyText: error.message.slice(0, 255),
      classId,
      methodId,
    });
  }
}

/** RabbitMQ's words. */
function late(channel: number, ms: number): AmqpError {
  return new AmqpError(
    'PRECONDITION_FAILED',
    `delivery acknowledgement on channel ${channel} timed out. Timeout value used: ${ms} ms. This timeout value can be configured, see consumers doc guide to learn more`,
  );
}
