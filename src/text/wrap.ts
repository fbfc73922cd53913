/** Breaks plain text between words, and words that are too long, into lines of at most `columns`. */
export function wrap(text: string, columns: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/).flatMap((long) => pieces(long, columns))) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= columns) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

function pieces(word: string, columns: number): string[] {
  return word.match(new RegExp(`.{1,${Math.max(1, columns)}}`, 'gs')) ?? [];
}
