/** Writes lines together that come in one turn of the event loop: a write for each request would cost more than its forwarding. */
export function gatherLines(write: (text: string) => void): { write(line: string): void; flush(): void } {
  let gathered = '';
  const flush = () => {
    const text = gathered;
    gathered = '';
    if (text !== '') write(text);
  };
  return {
    write(line) {
      if (gathered === '') setImmediate(flush);
      gathered += line;
    },
    flush,
  };
}
