const GATHER_MS = 10;
const BUFFER_BYTES = 64 * 1024;
/** Of a character in UTF-8, as strings count them. */
const MOST_BYTES = 3;

/** Where lines go: standard output, as far as is needed here. */
export interface LineOutlet {
  readonly writableLength: number;
  write(bytes: Buffer): unknown;
}

/**
 * Writes lines together that come within a moment. They are encoded as they come, to one buffer: a write and a string of its own for
 * each line would cost a fifth of what a request does.
 */
export function gatherLines(outlet: LineOutlet): { write(line: string): void; flush(): void } {
  let buffer = Buffer.allocUnsafeSlow(BUFFER_BYTES);
  let used = 0;
  const flush = () => {
    if (used === 0) return;
    const lines = buffer.subarray(0, used);
    used = 0;
    // To a reader that is behind go copies, which are as long as what they hold.
    if (outlet.writableLength > 0) outlet.write(Buffer.from(lines));
    else {
      outlet.write(lines);
      // What could not be written at once is still read from there.
      if (outlet.writableLength > 0) buffer = Buffer.allocUnsafeSlow(BUFFER_BYTES);
    }
  };
  return {
    write(line) {
      const most = line.length * MOST_BYTES;
      if (most > BUFFER_BYTES - used) flush();
      if (most > BUFFER_BYTES) outlet.write(Buffer.from(line));
      else {
        if (used === 0) setTimeout(flush, GATHER_MS);
        used += buffer.write(line, used);
      }
    },
    flush,
  };
}
