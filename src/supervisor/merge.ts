/**
 * What several sources give, as it comes; ends when all have ended. Each is asked once for its next: a race over all of them
 * for every line would leave a trace of each race with the silent ones, for as long as they are silent.
 */
export async function* merge<T>(sources: readonly AsyncGenerator<T, void>[]): AsyncGenerator<T, void, undefined> {
  const arrived: { source: AsyncGenerator<T, void>; next: Promise<IteratorResult<T, void>> }[] = [];
  let wake = () => {};
  const ask = (source: AsyncGenerator<T, void>) => {
    const next = source.next();
    const arrive = () => {
      arrived.push({ source, next });
      wake();
    };
    next.then(arrive, arrive);
  };
  let open = sources.length;
  for (const source of sources) ask(source);
  try {
    while (open > 0) {
      const first = arrived.shift();
      if (first === undefined) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        continue;
      }
      const result = await first.next;
      if (result.done) open -= 1;
      else {
        ask(first.source);
        yield result.value;
      }
    }
  } finally {
    await Promise.allSettled(sources.map((source) => source.return()));
  }
}
