import type { Balancer } from './balancer.js';

/**
 * The less loaded of two that are drawn at random. Gateways that don't know of each other don't all rush at the same
 * instance so, as they would at the one with the fewest requests.
 */
export function twoChoices(random: () => number): Balancer {
  return (candidates, _, loads) => {
    const first = Math.floor(random() * candidates.length);
    const one = candidates[first];
    if (candidates.length < 2 || one === undefined) return one;
    const other = candidates[(first + 1 + Math.floor(random() * (candidates.length - 1))) % candidates.length];
    return other !== undefined && loads.of(other).outstanding < loads.of(one).outstanding ? other : one;
  };
}
