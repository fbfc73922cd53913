import type { BreakerOverride, BreakerReport, Discovery } from '@mscli/runtime/discovery';
import { overrideFor } from '@mscli/runtime/discovery';

/** A breaker as the discovery file shows it: what an operator asked for, and how each caller's instance sees it. */
export interface BreakerView {
  name: string;
  override?: BreakerOverride;
  /** One for each instance that has used it; empty for an override that nobody has obeyed yet. */
  instances: BreakerInstance[];
}

export interface BreakerInstance extends BreakerReport {
  id: string;
}

/** All breakers that an instance has reported or an operator has overridden, the worst first, then by name. */
export function listBreakers(snapshot: Readonly<Discovery>, now: number): BreakerView[] {
  const reported = Object.values(snapshot.breakers).flatMap((reports) => Object.keys(reports));
  const overridden = Object.keys(snapshot.overrides).filter((name) => isInForce(snapshot, name, now));
  const names = [...new Set([...reported, ...overridden])].sort();
  const views = names.map((name): BreakerView => {
    const override = overrideFor(snapshot, name, now);
    return { name, ...(override === undefined ? {} : { override }), instances: instancesOf(snapshot, name) };
  });
  return views.sort((left, right) => badness(left) - badness(right));
}

/** What stops calls stands above what may, and that above what is well; an override counts before it is obeyed. */
const fromWorst: readonly BreakerReport['state'][] = ['forced-open', 'open', 'half-open', 'disabled', 'closed'];

function badness({ override, instances }: BreakerView): number {
  const states = instances.map(({ state }) => state);
  if (override !== undefined) states.push(override.mode === 'open' ? 'forced-open' : 'disabled');
  const worst = Math.min(...states.map((state) => fromWorst.indexOf(state)));
  // Of those that are closed, the ones that fail are the next to open.
  return worst + (instances.some(({ failures }) => failures > 0) ? 0 : 0.5);
}

function isInForce(snapshot: Readonly<Discovery>, name: string, now: number): boolean {
  return overrideFor(snapshot, name, now) !== undefined;
}

function instancesOf(snapshot: Readonly<Discovery>, name: string): BreakerInstance[] {
  return Object.entries(snapshot.breakers)
    .flatMap(([id, reports]) => (reports[name] === undefined ? [] : [{ id, ...reports[name] }]))
    .sort((left, right) => stateOrder(left) - stateOrder(right) || left.id.localeCompare(right.id));
}

function stateOrder({ state }: BreakerReport): number {
  return fromWorst.indexOf(state);
}
