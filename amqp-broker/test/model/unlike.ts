import type { Observation, Played } from './player.js';
import { connectionOf } from './slot.js';

interface Death {
  reason: string;
}

/**
 * Whether RabbitMQ did what this broker does not, on purpose:
 * - A message died three times or more, once because it was rejected. 3.10 turns the list of the older deaths round, and so finds other
 *   cycles than 4.x, which keeps the newest death first. Some it does not find, and dead letters go round for ever.
 * - It delivered on a channel that it had just closed, which clients take for the connection's end.
 * - It delivered on a connection that it was closing: what one of its channels held came to the next one, which was still to be closed.
 */
export function unlike({ seen, endless }: Played): boolean {
  let found = endless || seen.some(deliversWhileClosing);
  JSON.stringify(seen, (key, value: unknown) => {
    if (key === 'x-death' && Array.isArray(value)) found ||= isTurned(value as Death[]);
    if (typeof value === 'string') found ||= value.startsWith('Frame on unknown channel');
    return value;
  });
  return found;
}

function deliversWhileClosing({ did, told }: Observation): boolean {
  if (did !== 'break-connection') return false;
  const channels = Object.keys(told);
  const closed = channels.filter((channel) =>
    told[channel]?.['']?.some((what) => `${what}`.startsWith('Connection closed')),
  );
  const connections = new Set(closed.map((channel) => connectionOf(Number(channel))));
  return channels.some(
    (channel) =>
      connections.has(connectionOf(Number(channel))) && Object.keys(told[channel] ?? {}).some((queue) => queue !== ''),
  );
}

function isTurned(deaths: readonly Death[]): boolean {
  return deaths.length > 2 && deaths.some(({ reason }) => reason === 'rejected');
}
