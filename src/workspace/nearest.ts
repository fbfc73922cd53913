import { closest, distance } from 'fastest-levenshtein';

/** The candidate that was probably meant: the one that the word begins, or one near enough to be a slip of the hand. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  if (candidates.length === 0) return undefined;
  const begun = word.length >= 3 ? candidates.filter((candidate) => candidate.startsWith(word)) : [];
  const [shortest] = begun.toSorted((one, other) => one.length - other.length);
  if (shortest !== undefined && begun.every((candidate) => candidate.startsWith(shortest))) return shortest;
  const candidate = closest(word.toLowerCase(), candidates);
  const slips = distance(word.toLowerCase(), candidate.toLowerCase());
  return slips <= Math.max(2, Math.floor(candidate.length / 4)) ? candidate : undefined;
}

/** `; did you mean "x"?`, or the list to choose from, or nothing. */
export function suggestion(word: string, candidates: readonly string[]): string {
  const meant = nearest(word, candidates);
  if (meant !== undefined) return `; did you mean "${meant}"?`;
  return candidates.length > 0 && candidates.length <= 8 ? `; there is ${candidates.join(', ')}` : '';
}

/** The sentence with a suggestion at its end, and the stop that belongs there. */
export function suggesting(sentence: string, word: string, candidates: readonly string[]): string {
  const text = sentence + suggestion(word, candidates);
  return text.endsWith('?') ? text : `${text}.`;
}
