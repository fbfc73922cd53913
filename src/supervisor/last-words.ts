/** How much of its output a process's last words are chosen from: an error with its stack, causes and fields. */
export const keptLines = 60;

/** Enough to see what happened; the log has the rest. */
const shownLines = 8;

/** An error's name and message, as Node and Python print them; not those of its causes, which are indented. */
const errorLine = /^(?:Uncaught )?[\w$.]*(?:Error|Exception)(?: \[\w+\])?: /;

/** What a process said last: from the message of its error on where that is further up, as the fields that follow say less. */
export function lastWords(lines: readonly string[]): string[] {
  const tail = Math.max(0, lines.length - shownLines);
  const error = lines.findLastIndex((line) => errorLine.test(line));
  const from = error === -1 ? tail : Math.min(error, tail);
  return lines.slice(from, from + shownLines);
}
