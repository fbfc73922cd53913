import type { Instance } from '@mscli/runtime/discovery';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Balancer } from '../../../src/gateway/balancing/balancer.js';
import { InstanceLoads } from '../../../src/gateway/balancing/instance-loads.js';
import { leastOutstanding } from '../../../src/gateway/balancing/least-outstanding.js';
import { twoChoices } from '../../../src/gateway/balancing/two-choices.js';
import { testExchange } from '../setup/test-exchange.js';
import { instances } from './instances.js';

function choose(balancer: Balancer, candidates: readonly Instance[], outstanding: readonly number[]): Instance {
  const loads = new InstanceLoads();
  for (const [index, candidate] of candidates.entries()) loads.of(candidate).outstanding = outstanding[index] ?? 0;
  const chosen = balancer(candidates, testExchange(), loads);
  if (chosen === undefined) throw new Error('none was chosen');
  return chosen;
}

describe('leastOutstanding', () => {
  it('always takes one with the fewest running requests', () => {
    const counts = fc.array(fc.nat(5), { minLength: 1, maxLength: 8 });
    const balancer = leastOutstanding();
    fc.assert(
      fc.property(counts, (outstanding) => {
        const candidates = instances(outstanding.length);
        const chosen = choose(balancer, candidates, outstanding);
        expect(outstanding[candidates.indexOf(chosen)]).toBe(Math.min(...outstanding));
      }),
    );
  });

  it('takes idle ones in turn', () => {
    const balancer = leastOutstanding();
    const four = instances(4);
    expect(new Set(Array.from({ length: 4 }, () => choose(balancer, four, [0, 0, 0, 0]).id)).size).toBe(4);
  });
});

describe('twoChoices', () => {
  it('never takes the busiest of all, and compares two different ones', () => {
    const four = instances(4);
    for (let n = 0; n < 1000; n++) expect(choose(twoChoices(Math.random), four, [0, 0, 9, 0])).not.toBe(four[2]);
  });

  it('keeps the longest queue near the mean, where chance alone would not', () => {
    const many = instances(50);
    const loads = new InstanceLoads();
    const balancer = twoChoices(Math.random);
    for (let n = 0; n < 5000; n++) {
      const chosen = balancer(many, testExchange(), loads);
      if (chosen !== undefined) loads.of(chosen).outstanding += 1;
    }
    const highest = Math.max(...many.map((instance) => loads.of(instance).outstanding));
    // A hundred on average; a random choice would reach about 125.
    expect(highest).toBeLessThan(110);
  });

  it('takes the only one there is', () => {
    const [one] = instances(1);
    expect(
      choose(
        twoChoices(() => 0.99),
        one === undefined ? [] : [one],
        [3],
      ),
    ).toBe(one);
  });
});
