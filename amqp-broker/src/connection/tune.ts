import { FRAME_MIN_SIZE } from '../codec/frame.js';
import { AmqpError } from '../errors.js';
import type { BrokerLimits } from '../limits.js';

/** Limits of a connection: channels, bytes of a frame, seconds between heartbeats; 0 for no heartbeats. */
export interface Limits {
  readonly channelMax: number;
  readonly frameMax: number;
  readonly heartbeat: number;
}

/** Seconds (RabbitMQ's default). */
const HEARTBEAT = 60;

/** What the broker offers. */
export function offerOf({ channels, frameBytes }: Pick<BrokerLimits, 'channels' | 'frameBytes'>): Limits {
  return { channelMax: channels, frameMax: frameBytes, heartbeat: HEARTBEAT };
}

/** Checks the client's answer: limits may only be lowered. */
export function negotiate(offer: Limits, answer: Limits): Limits {
  check('frame_max', FRAME_MIN_SIZE, offer.frameMax, answer.frameMax);
  check('channel_max', 1, offer.channelMax, answer.channelMax);
  return { channelMax: answer.channelMax, frameMax: answer.frameMax, heartbeat: answer.heartbeat };
}

function check(name: string, least: number, most: number, value: number): void {
  if (value !== 0 && value < least) throw refused(name, value, 'lower', 'minimum', least);
  if (value === 0 || value > most) throw refused(name, value, 'higher', 'maximum', most);
}

function refused(name: string, value: number, relation: string, end: string, limit: number): AmqpError {
  return new AmqpError(
    'NOT_ALLOWED',
    `negotiated ${name} = ${value} is ${relation} than the ${end} allowed value (${limit})`,
  );
}
