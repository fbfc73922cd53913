/**
 * Takes over an edit without the formatter's other changes: `before` is the original as the formatter writes it, `after`
 * the edited text. Lines that the edit left alone come from `original`, with their spaces.
 */
export function keepLines(original: string, before: string, after: string): string {
  const [old, formatted, edited] = [original, before, after].map((text) => text.split('\n')) as [
    string[],
    string[],
    string[],
  ];
  // The formatter joined or split lines: then only those that it left alone but for the spaces inside can be told.
  if (old.length !== formatted.length) return keepEqualLines(old, edited);
  const kept = matchingLines(formatted, edited);
  return edited
    .map((line, index) => {
      const from = kept.get(index);
      const source = from === undefined ? undefined : old[from];
      return source !== undefined && withoutSpaces(source) === withoutSpaces(line) ? source : line;
    })
    .join('\n');
}

function keepEqualLines(old: readonly string[], edited: readonly string[]): string {
  const indented = (line: string) => (/^ */.exec(line)?.[0] ?? '') + withoutSpaces(line);
  const kept = matchingLines(old.map(indented), edited.map(indented));
  return edited.map((line, index) => old[kept.get(index) ?? -1] ?? line).join('\n');
}

function withoutSpaces(line: string): string {
  return line.replace(/\s+/g, '');
}

/** Longest common subsequence: index in `b` -> index in `a`. */
function matchingLines(a: readonly string[], b: readonly string[]): Map<number, number> {
  const lengths = Array.from({ length: a.length + 1 }, () => new Uint32Array(b.length + 1));
  const at = (i: number, j: number) => lengths[i]?.[j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--) {
    const row = lengths[i] as Uint32Array;
    for (let j = b.length - 1; j >= 0; j--)
      row[j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), row[j + 1] ?? 0);
  }
  const matches = new Map<number, number>();
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    if (a[i] === b[j]) matches.set(j++, i++);
    else if (at(i + 1, j) >= at(i, j + 1)) i++;
    else j++;
  }
  return matches;
}
