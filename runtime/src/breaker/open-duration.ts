const jitter = 0.2;

/**
 * How long a breaker stays open, in milliseconds: twice as long each time that it opens again without having been well in
 * between, and up to a fifth longer by chance, so that not all instances try at the same moment.
 *
 * @param openings - how often it has opened since it was well, from 1
 * @param random - from 0 up to 1
 */
export function openDuration(openMs: number, maxOpenMs: number, openings: number, random: number): number {
  const longest = Math.max(openMs, maxOpenMs);
  return Math.min(longest, openMs * 2 ** Math.min(openings - 1, 30)) * (1 + jitter * random);
}
