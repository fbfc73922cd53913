/**
 * Exponential backoff with full jitter.
 *
 * @param attempt how many attempts have failed, from 1
 * @returns a random wait in ms between 0 and `baseMs * factor ** (attempt - 1)`, at most `longestMs`
 * @see https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export function backoff(
  attempt: number,
  { baseMs, longestMs, factor = 2 }: { baseMs: number; longestMs: number; factor?: number },
  random: () => number = Math.random,
): number {
  return random() * Math.min(longestMs, baseMs * factor ** Math.min(attempt - 1, 30));
}
