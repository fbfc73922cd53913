import type { Labels, MetricFamily } from '../metrics/family.js';
import type { Breaker } from './breaker.js';
import { parseBreakerName } from './breaker-name.js';
import type { BreakerState } from './types.js';

/** All states, in the order in which metrics name them. */
export const stateKinds = [
  'closed',
  'open',
  'half-open',
  'forced-open',
  'disabled',
] as const satisfies readonly BreakerState['kind'][];

const outcomes = ['success', 'failure', 'ignored', 'refused'] as const;

/**
 * Breakers as metrics: `mscli_breaker_state` is 1 for the state that a breaker is in, beside the calls by outcome and the
 * changes of state since the start.
 */
export function breakerFamilies(breakers: readonly Breaker[]): MetricFamily[] {
  return [
    {
      kind: 'gauge',
      name: 'mscli_breaker_state',
      help: 'Whether a breaker is in a state.',
      samples: samples(breakers, 'state', stateKinds, ({ state }, kind) => (state.kind === kind ? 1 : 0)),
    },
    {
      kind: 'counter',
      name: 'mscli_breaker_calls',
      help: 'Calls that a breaker was asked for, by outcome.',
      samples: samples(breakers, 'outcome', outcomes, ({ calls }, outcome) => calls[outcome]),
    },
    {
      kind: 'counter',
      name: 'mscli_breaker_transitions',
      help: 'Changes of state, by the state that came.',
      samples: samples(breakers, 'to', stateKinds, ({ transitions }, kind) => transitions[kind]),
    },
  ];
}

function samples<K extends string>(
  breakers: readonly Breaker[],
  label: string,
  kinds: readonly K[],
  valueIn: (breaker: Breaker, kind: K) => number,
) {
  return breakers.flatMap((breaker) =>
    kinds.map((kind) => ({ labels: { ...labelsOf(breaker), [label]: kind }, value: valueIn(breaker, kind) })),
  );
}

function labelsOf({ name }: Breaker): Labels {
  const { caller, callee } = parseBreakerName(name) ?? { caller: '', callee: name };
  return { caller, callee };
}
