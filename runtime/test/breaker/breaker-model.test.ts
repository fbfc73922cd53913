import { Breaker, consecutiveFailures, type Outcome, type Permit } from '@mscli/runtime/breaker';
import fc from 'fast-check';
import { expect, test } from 'vitest';

const start = Date.parse('2026-01-01T00:00:00Z');
const threshold = 3;
const openMs = 1000;
const permits = 2;

/** The breaker as one would describe it to somebody, without generations, permits or rules. */
interface Model {
  kind: 'closed' | 'open' | 'half-open' | 'forced-open' | 'disabled';
  /** Grows at each change: calls of an earlier period count for nothing. */
  period: number;
  since: number;
  inARow: number;
  underWay: number;
  succeeded: number;
  until: number;
  override: string | undefined;
}

interface Real {
  breaker: Breaker;
  clock: { now: number };
  calls: { permit: Permit; period: number }[];
}

function become(model: Model, kind: Model['kind'], now: number, changes: Partial<Model> = {}): void {
  Object.assign(model, { kind, period: model.period + 1, since: now, underWay: 0, succeeded: 0, override: undefined });
  if (kind === 'closed') model.inARow = 0;
  Object.assign(model, changes);
}

class Acquire implements fc.Command<Model, Real> {
  check = () => true;
  run(model: Model, real: Real): void {
    const { now } = real.clock;
    if (model.override !== undefined && now >= model.until) become(model, 'closed', now);
    if (model.kind === 'open' && now >= model.until) become(model, 'half-open', now);
    const isFull = model.kind === 'half-open' && model.underWay + model.succeeded >= permits;
    if (isFull && now - model.since >= openMs) become(model, 'half-open', now);
    const passes =
      model.kind === 'closed' ||
      model.kind === 'disabled' ||
      (model.kind === 'half-open' && model.underWay + model.succeeded < permits);
    const permit = real.breaker.acquire();
    expect(permit !== undefined).toBe(passes);
    if (passes && model.kind === 'half-open') model.underWay += 1;
    if (permit !== undefined) real.calls.push({ permit, period: model.period });
    agree(model, real);
  }
  toString = () => 'acquire';
}

class Settle implements fc.Command<Model, Real> {
  constructor(
    readonly which: number,
    readonly outcome: Outcome,
  ) {}
  check = () => true;
  run(model: Model, real: Real): void {
    const index = this.which % Math.max(1, real.calls.length);
    const [call] = real.calls.splice(index, 1);
    if (call === undefined) return;
    if (call.period === model.period) this.count(model, real.clock.now);
    call.permit.settle(this.outcome);
    call.permit.settle('failure');
    agree(model, real);
  }
  count(model: Model, now: number): void {
    if (model.kind === 'closed' && this.outcome !== 'ignored') {
      model.inARow = this.outcome === 'failure' ? model.inARow + 1 : 0;
      if (model.inARow >= threshold) become(model, 'open', now, { until: now + openMs });
    } else if (model.kind === 'half-open') {
      model.underWay -= 1;
      if (this.outcome === 'success') model.succeeded += 1;
      if (model.succeeded >= permits) become(model, 'closed', now);
      if (this.outcome === 'failure') {
        become(model, 'open', now, { until: now + openMs, inARow: model.inARow + 1 });
      }
    }
  }
  toString = () => `settle(${this.which}, ${this.outcome})`;
}

class Wait implements fc.Command<Model, Real> {
  constructor(readonly ms: number) {}
  check = () => true;
  run(_: Model, real: Real): void {
    real.clock.now += this.ms;
  }
  toString = () => `wait(${this.ms})`;
}

class Override implements fc.Command<Model, Real> {
  constructor(
    readonly id: string,
    readonly mode: 'open' | 'disabled',
    readonly forMs: number | undefined,
  ) {}
  check = () => true;
  run(model: Model, real: Real): void {
    const { now } = real.clock;
    const until = this.forMs === undefined ? Number.POSITIVE_INFINITY : now + this.forMs;
    if (until <= now) {
      if (model.override !== undefined) become(model, 'closed', now);
    } else if (model.override !== this.id) {
      become(model, this.mode === 'open' ? 'forced-open' : 'disabled', now, { until, override: this.id });
    }
    real.breaker.override({
      id: this.id,
      mode: this.mode,
      author: 'ann',
      at: new Date(now).toISOString(),
      ...(this.forMs === undefined ? {} : { until: new Date(until).toISOString() }),
    });
    agree(model, real);
  }
  toString = () => `override(${this.id}, ${this.mode}, ${this.forMs})`;
}

class EndOverride implements fc.Command<Model, Real> {
  check = () => true;
  run(model: Model, real: Real): void {
    if (model.override !== undefined) become(model, 'closed', real.clock.now);
    real.breaker.override(undefined);
    agree(model, real);
  }
  toString = () => 'override(undefined)';
}

class Reset implements fc.Command<Model, Real> {
  check = () => true;
  run(model: Model, real: Real): void {
    if (model.override === undefined) become(model, 'closed', real.clock.now);
    real.breaker.reset();
    agree(model, real);
  }
  toString = () => 'reset';
}

function agree(model: Model, { breaker }: Real): void {
  expect(breaker.state.kind).toBe(model.kind);
  expect(breaker.state.since).toBe(model.since);
  expect(breaker.failures).toBe(model.inARow);
}

test('does what the model says, whatever happens in whatever order', () => {
  const acquire = fc.constant(new Acquire());
  const settle = fc
    .tuple(fc.nat(20), fc.constantFrom<Outcome>('success', 'failure', 'failure', 'failure', 'ignored'))
    .map(([which, outcome]) => new Settle(which, outcome));
  const wait = fc.constantFrom(1, 500, 999, 1000, 1001).map((ms) => new Wait(ms));
  const override = fc
    .tuple(
      fc.constantFrom('o-1', 'o-2'),
      fc.constantFrom('open' as const, 'disabled' as const),
      fc.constantFrom(undefined, 0, 1, 700, 5000),
    )
    .map((given) => new Override(...given));
  const others = [wait, wait, override, fc.constant(new EndOverride()), fc.constant(new Reset())];
  const commands: fc.Arbitrary<fc.Command<Model, Real>>[] = [
    ...Array(8).fill(acquire),
    ...Array(8).fill(settle),
    ...others,
  ];
  const kindsSeen = new Set<string>();
  fc.assert(
    fc.property(fc.commands(commands, { maxCommands: 80, size: 'max' }), (sequence) => {
      fc.modelRun(() => setUp(kindsSeen), sequence);
    }),
    { numRuns: 300 },
  );
  expect([...kindsSeen].sort()).toEqual(['closed', 'disabled', 'forced-open', 'half-open', 'open']);
});

function setUp(kindsSeen: Set<string>): { model: Model; real: Real } {
  const clock = { now: start };
  const breaker = new Breaker('a->b', {
    rules: [consecutiveFailures(threshold)],
    openMs,
    halfOpenPermits: permits,
    now: () => clock.now,
    onTransition: ({ to }) => kindsSeen.add(to.kind),
  });
  return {
    model: {
      kind: 'closed',
      period: 0,
      since: start,
      inARow: 0,
      underWay: 0,
      succeeded: 0,
      until: 0,
      override: undefined,
    },
    real: { breaker, clock, calls: [] },
  };
}
