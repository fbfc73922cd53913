import type { Balancer } from './balancer.js';

/** The instance with the fewest running requests; of equal ones each in turn. */
export function leastOutstanding(): Balancer {
  let turn = 0;
  return (candidates, _, loads) => {
    turn = (turn + 1) % candidates.length;
    let best = candidates[turn];
    let fewest = best === undefined ? 0 : loads.of(best).outstanding;
    for (let step = 1; step < candidates.length; step++) {
      const candidate = candidates[(turn + step) % candidates.length];
      const outstanding = candidate === undefined ? fewest : loads.of(candidate).outstanding;
      if (outstanding >= fewest) continue;
      best = candidate;
      fewest = outstanding;
    }
    return best;
  };
}
