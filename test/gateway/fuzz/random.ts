/** A source of chance that gives the same again for the same seed: mulberry32. */
export interface Random {
  /** From 0 up to, but not including, `below`. */
  int(below: number): number;
  pick<T>(list: readonly T[]): T;
  /** True in one of so many cases. */
  oneIn(count: number): boolean;
}

export function random(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  const int = (below: number) => next() % below;
  return {
    int,
    pick: (list) => list[int(list.length)] as (typeof list)[number],
    oneIn: (count) => int(count) === 0,
  };
}
