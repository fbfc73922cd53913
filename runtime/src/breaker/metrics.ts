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
 * Breakers as Prometheus reads them (text format 0.0.4): `mscli_breaker_state` is 1 for the state that a breaker is in, beside the
 * calls by outcome and the changes of state since the start. Empty without breakers.
 */
export function renderMetrics(breakers: readonly Breaker[]): string {
  if (breakers.length === 0) return '';
  return [
    '# HELP mscli_breaker_state Whether a breaker is in a state.',
    '# TYPE mscli_breaker_state gauge',
    ...breakers.flatMap((breaker) =>
      stateKinds.map((kind) => sample('state', breaker, `state="${kind}"`, breaker.state.kind === kind ? 1 : 0)),
    ),
    '# HELP mscli_breaker_calls_total Calls that a breaker was asked for, by outcome.',
    '# TYPE mscli_breaker_calls_total counter',
    ...breakers.flatMap((breaker) =>
      outcomes.map((outcome) => sample('calls_total', breaker, `outcome="${outcome}"`, breaker.calls[outcome])),
    ),
    '# HELP mscli_breaker_transitions_total Changes of state, by the state that came.',
    '# TYPE mscli_breaker_transitions_total counter',
    ...breakers.flatMap((breaker) =>
      stateKinds.map((kind) => sample('transitions_total', breaker, `to="${kind}"`, breaker.transitions[kind])),
    ),
    '',
  ].join('\n');
}

function sample(metric: string, { name }: Breaker, label: string, value: number): string {
  const { caller, callee } = parseBreakerName(name) ?? { caller: '', callee: name };
  return `mscli_breaker_${metric}{caller="${escaped(caller)}",callee="${escaped(callee)}",${label}} ${value}`;
}

function escaped(text: string): string {
  return text.replace(/["\\\n]/g, (character) => (character === '\n' ? '\\n' : `\\${character}`));
}
