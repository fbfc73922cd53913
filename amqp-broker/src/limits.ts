import { totalmem } from 'node:os';
import { getHeapStatistics } from 'node:v8';
import { FRAME_MIN_SIZE } from './codec/frame.js';
import { BrokerError } from './errors.js';

/** How much a broker gives its clients. All are positive integers. */
export interface BrokerLimits {
  /** Bytes of a whole frame, offered in connection.tune (RabbitMQ's `frame_max`). At least 4096; default 131072. */
  frameBytes: number;
  /** Channels of one connection, offered in connection.tune (RabbitMQ's `channel_max`). At most 65535; default 2047. */
  channels: number;
  /** Open connections (RabbitMQ's `connection_max`); one more is refused with NOT_ALLOWED. Default 10000. */
  connections: number;
  /** Bytes of one message's body (RabbitMQ's `max_message_size`); a larger one closes its channel. Default 16 MiB, as in RabbitMQ 4. */
  messageBytes: number;
  /** Milliseconds from connecting to an open connection (RabbitMQ's `handshake_timeout`). Default 10000. */
  handshakeMs: number;
  /** Milliseconds that a client may hold a delivery unsettled (RabbitMQ's `consumer_timeout`); beyond it its channel is closed. Default 1800000. */
  acknowledgementMs: number;
  /** Bytes of messages that stay in memory while their queues wait; what is beyond lies in files. Default 32 MiB. */
  residentBytes: number;
  /**
   * Bytes that waiting messages may take in memory, what is known about those in files included; beyond it publishers are
   * blocked (RabbitMQ's `vm_memory_high_watermark`). Default: 40 % of the machine's memory, but no more than half of what
   * V8 allows for its heap.
   */
  memoryBytes: number;
}

/** The limits with defaults for what is not given. Throws `BROKER_LIMIT` for a value that cannot be one. */
export function limitsOf(given: Partial<BrokerLimits> = {}): BrokerLimits {
  const limits = { ...defaults(), ...given };
  for (const [name, value] of Object.entries(limits)) {
    if (!Object.hasOwn(RANGES, name)) throw refused(name, value, `the limits are ${Object.keys(RANGES).join(', ')}`);
    const [least, most] = RANGES[name as keyof BrokerLimits];
    if (!Number.isSafeInteger(value) || value < least || value > most) {
      throw refused(name, value, `it takes a whole number from ${least} to ${most}`);
    }
  }
  return limits;
}

const MOST = 0x7fff_ffff;

const RANGES: Readonly<Record<keyof BrokerLimits, readonly [least: number, most: number]>> = {
  frameBytes: [FRAME_MIN_SIZE, MOST],
  channels: [1, 0xffff],
  connections: [1, MOST],
  messageBytes: [1, 512 * 1024 * 1024],
  handshakeMs: [1, MOST],
  acknowledgementMs: [1, MOST],
  residentBytes: [1, Number.MAX_SAFE_INTEGER],
  memoryBytes: [1, Number.MAX_SAFE_INTEGER],
};

function defaults(): BrokerLimits {
  return {
    frameBytes: 131_072,
    channels: 2047,
    connections: 10_000,
    messageBytes: 16 * 1024 * 1024,
    handshakeMs: 10_000,
    acknowledgementMs: 30 * 60_000,
    residentBytes: 32 * 1024 * 1024,
    memoryBytes: Math.floor(Math.min(totalmem() * 0.4, getHeapStatistics().heap_size_limit / 2)),
  };
}

function refused(name: string, value: unknown, why: string): BrokerError {
  return new BrokerError('BROKER_LIMIT', `The limit ${name} cannot be ${String(value)}: ${why}.`);
}
