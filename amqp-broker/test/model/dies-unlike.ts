import type { Observation } from './player.js';

interface Death {
  reason: string;
}

/**
 * Whether RabbitMQ showed a message that died three times or more, once because it was rejected. 3.10 turns the list of the older deaths
 * round, and so finds other cycles than 4.x, which keeps the newest death first as this broker does.
 */
export function diesUnlike(seen: readonly Observation[]): boolean {
  let found = false;
  JSON.stringify(seen, (key, value: unknown) => {
    if (key === 'x-death' && Array.isArray(value)) found ||= isTurned(value as Death[]);
    return value;
  });
  return found;
}

function isTurned(deaths: readonly Death[]): boolean {
  return deaths.length > 2 && deaths.some(({ reason }) => reason === 'rejected');
}
