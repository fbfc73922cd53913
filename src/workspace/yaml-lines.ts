/** A line of YAML that says something: neither blank nor a comment. */
export interface Line {
  /** 1-based. */
  number: number;
  offset: number;
  text: string;
  /** Spaces before anything else. */
  indent: number;
  /** Spaces and dashes before the key. */
  keyAt: number;
}

export function linesOf(text: string): Line[] {
  let offset = 0;
  return text.split('\n').flatMap((raw, index) => {
    const start = offset;
    offset += raw.length + 1;
    const line = raw.replace(/\r$/, '');
    if (/^\s*(?:#|$)/.test(line)) return [];
    const [indent, keyAt] = [/^ */, /^ *(?:- +)*/].map((before) => before.exec(line)?.[0].length ?? 0);
    return [{ number: index + 1, offset: start, text: line, indent: indent ?? 0, keyAt: keyAt ?? 0 }];
  });
}

/** Of the lines of the block above that stand deeper than this one, the nearest of those that stand least deep. */
export function deeperAbove(lines: readonly Line[], index: number): number {
  const depth = lines[index]?.keyAt ?? 0;
  let found = index - 1;
  for (let above = index - 1; above >= 0; above--) {
    const { keyAt } = lines[above] as Line;
    if (keyAt <= depth) break;
    if (keyAt < (lines[found] as Line).keyAt) found = above;
  }
  return found;
}
