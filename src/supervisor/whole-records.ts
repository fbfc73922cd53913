/**
 * The last records of a log that make up `count` lines when they are shown. The first of them is whole, even where it has more lines
 * than are left: an error without the end of its stack, or its message, tells nothing.
 *
 * @param height - how many lines a record takes
 */
export function wholeRecords(records: readonly string[], count: number, height: (record: string) => number): string[] {
  let first = records.length;
  for (let lines = 0; first > 0 && lines < count; ) {
    first -= 1;
    lines += height(records[first] as string);
  }
  return records.slice(first);
}
