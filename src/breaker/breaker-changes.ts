import type { BreakerOverride, BreakerReport } from '@mscli/runtime/discovery';
import { timeOfDay } from '../text/moment.js';
import type { Style } from '../text/style.js';
import { describeOverride, paintState } from './describe-breakers.js';
import type { BreakerView } from './list-breakers.js';

/** What is different of one breaker between two looks. */
export type BreakerChange = { at: string; breaker: string } & (
  | { kind: 'state'; instance: string; from?: BreakerReport['state']; to: BreakerReport['state']; reason?: string }
  /** Its instance has stopped, or was never told of again. */
  | { kind: 'gone'; instance: string; from: BreakerReport['state'] }
  | { kind: 'override'; override: BreakerOverride }
  | { kind: 'released'; override: BreakerOverride }
);

/** The changes from one look to the next; at the first, all that is there. */
export function breakerChanges(
  before: readonly BreakerView[],
  after: readonly BreakerView[],
  now: number,
): BreakerChange[] {
  const at = new Date(now).toISOString();
  const names = [...new Set([...after, ...before].map(({ name }) => name))];
  return names.flatMap((breaker): BreakerChange[] => {
    const [old, view] = [before, after].map((views) => views.find(({ name }) => name === breaker));
    return [
      ...overrideChanges(old?.override, view?.override).map((change) => ({ at, breaker, ...change })),
      ...stateChanges(old, view).map((change) => ({ at, breaker, ...change })),
    ];
  });
}

/** `17:03:12  gateway->order-service  gateway-1  closed -> open  consecutive-failures`. */
export function describeChange(change: BreakerChange, style: Style): string {
  const start = `${style.dim(timeOfDay(change.at))}  ${change.breaker}`;
  switch (change.kind) {
    case 'state': {
      const from = change.from === undefined ? '' : `${paintState(change.from, style)} -> `;
      const reason = change.reason === undefined ? '' : `  ${change.reason}`;
      return `${start}  ${change.instance}  ${from}${paintState(change.to, style)}${reason}`;
    }
    case 'gone':
      return `${start}  ${change.instance}  ${style.dim('gone')}`;
    case 'override':
      return `${start}  ${describeOverride(change.override, Date.parse(change.at))}`;
    case 'released':
      return `${start}  no longer ${change.override.mode === 'open' ? 'tripped' : 'disabled'}`;
    default:
      return change satisfies never;
  }
}

type Change<K extends BreakerChange['kind']> = Omit<Extract<BreakerChange, { kind: K }>, 'at' | 'breaker'>;

function overrideChanges(
  before: BreakerOverride | undefined,
  after: BreakerOverride | undefined,
): (Change<'override'> | Change<'released'>)[] {
  if (before?.id === after?.id) return [];
  if (after !== undefined) return [{ kind: 'override', override: after }];
  return before === undefined ? [] : [{ kind: 'released', override: before }];
}

function stateChanges(
  before: BreakerView | undefined,
  after: BreakerView | undefined,
): (Change<'state'> | Change<'gone'>)[] {
  const came = (after?.instances ?? []).flatMap(({ id, state, since, reason }) => {
    const old = before?.instances.find((instance) => instance.id === id);
    // A state that was left and entered again between two looks has begun anew.
    if (old?.state === state && old.since === since) return [];
    const from = old === undefined ? {} : { from: old.state };
    return [{ kind: 'state' as const, instance: id, ...from, to: state, ...(reason === undefined ? {} : { reason }) }];
  });
  const went = (before?.instances ?? [])
    .filter(({ id }) => !after?.instances.some((instance) => instance.id === id))
    .map(({ id, state }) => ({ kind: 'gone' as const, instance: id, from: state }));
  return [...came, ...went];
}
