/** The beginning of each id that tells it from the others: at least 8 characters, as many as the closest pair needs. */
export function shortIds(ids: readonly string[], least = 8): string[] {
  const longest = Math.max(least, ...ids.map((id) => id.length));
  for (let length = least; length < longest; length++) {
    if (new Set(ids.map((id) => id.slice(0, length))).size === new Set(ids).size) {
      return ids.map((id) => id.slice(0, length));
    }
  }
  return [...ids];
}
