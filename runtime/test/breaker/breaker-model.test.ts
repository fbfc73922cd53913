import { Breaker, consecutiveFailures, type Outcome, type Permit } from '@mscli/runtime/breaker';
import fc from 'fast-check';
import { expect, test } from 'vitest';

const start = Date.parse('2026-01-01T00:00:00Z');
const threshold = 3;
const openMs = 1000;
const maxOpenMs = 5000;
const permits = 2;
const successesToClose = 3;
const clockSlackMs = 1000;
const longestRetryAfterMs = 3_600_000;

/** The breaker as one would describe it to somebody, without generations, permits or rules. */
interface Model {
  kind: 'closed' | 'open' | 'half-open' | 'forced-open' | 'disabled';
  /** Grows at each change: calls of an earlier period count for nothing. */
  period: number;
  since: number;
  inARow: number;
  underWay: number;
  succeeded: number;
  triedAt: number;
  until: number;
  override: string | undefined;
  /** Openings since it was well. */
  openings: number;
  lastOpenMs: number;
  /** Until when the callee wants to be left alone. */
  notBefore: number;
}

interface Real {
  breaker: Breaker;
  clock: { now: number };
  calls: { permit: Permit; period: number; at: number }[];
}

function become(model: Model, kind: Model['kind'], now: number, changes: Partial<Model> = {}): void {
  Object.assign(model, { kind, period: model.period + 1, since: now, underWay: 0, succeeded: 0, override: undefined });
  if (kind === 'closed') model.inARow = 0;
  Object.assign(model, changes);
}

function startAfresh(model: Model, now: number): void {
  become(model, 'closed', now, { openings: 0, lastOpenMs: 0, notBefore: Number.NEGATIVE_INFINITY });
}

function open(model: Model, now: number): void {
  const wasWell = model.kind === 'closed' && now - model.since >= model.lastOpenMs;
  const openings = wasWell ? 1 : model.openings + 1;
  const lastOpenMs = Math.min(maxOpenMs, openMs * 2 ** (openings - 1));
  const isReachable = model.notBefore <= now + longestRetryAfterMs;
  const until = Math.max(now + lastOpenMs, isReachable ? model.notBefore : now);
  become(model, 'open', now, { openings, lastOpenMs, until });
}

/** A clock that was set back makes nothing last longer. */
const isOver = (since: number, until: number, now: number) => now >= until || now < since - clockSlackMs;

class Acquire implements fc.Command<Model, Real> {
  check = () => true;
  run(model: Model, real: Real): void {
    const { now } = real.clock;
    if (model.override !== undefined && now >= model.until) startAfresh(model, now);
    if (model.kind === 'open' && isOver(model.since, model.until, now)) become(model, 'half-open', now);
    const isFull = model.kind === 'half-open' && model.underWay >= permits;
    if (isFull && isOver(model.triedAt, model.triedAt + openMs, now)) become(model, 'half-open', now);
    const passes =
      model.kind === 'closed' || model.kind === 'disabled' || (model.kind === 'half-open' && model.underWay < permits);
    const permit = real.breaker.acquire();
    expect(permit !== undefined).toBe(passes);
    if (passes && model.kind === 'half-open') {
      model.underWay += 1;
      model.triedAt = now;
    }
    if (permit !== undefined) real.calls.push({ permit, period: model.period, at: now });
    agree(model, real);
  }
  toString = () => 'acquire';
}

class Settle implements fc.Command<Model, Real> {
  constructor(
    readonly which: number,
    readonly outcome: Outcome,
    readonly retryAfterMs: number | undefined,
  ) {}
  check = () => true;
  run(model: Model, real: Real): void {
    const index = this.which % Math.max(1, real.calls.length);
    const [call] = real.calls.splice(index, 1);
    if (call === undefined) return;
    const { now } = real.clock;
    if (this.retryAfterMs !== undefined) {
      model.notBefore = Math.max(model.notBefore, now + Math.min(this.retryAfterMs, longestRetryAfterMs));
      if (model.kind === 'open') model.until = Math.max(model.until, model.notBefore);
    }
    if (call.period === model.period) this.count(model, now);
    call.permit.settle(this.outcome, now - call.at, this.retryAfterMs);
    call.permit.settle('failure', 0, 10 ** 9);
    agree(model, real);
  }
  count(model: Model, now: number): void {
    if (model.kind === 'closed' && this.outcome !== 'ignored') {
      model.inARow = this.outcome === 'failure' ? model.inARow + 1 : 0;
      if (model.inARow >= threshold) open(model, now);
    } else if (model.kind === 'half-open') {
      model.underWay -= 1;
      if (this.outcome === 'ignored') return;
      if (this.outcome === 'failure') model.inARow += 1;
      if (this.outcome === 'failure' || this.retryAfterMs !== undefined) {
        open(model, now);
        return;
      }
      model.succeeded += 1;
      if (model.succeeded >= successesToClose) become(model, 'closed', now);
    }
  }
  toString = () => `settle(${this.which}, ${this.outcome}, ${this.retryAfterMs})`;
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
      if (model.override !== undefined) startAfresh(model, now);
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
    if (model.override !== undefined) startAfresh(model, real.clock.now);
    real.breaker.override(undefined);
    agree(model, real);
  }
  toString = () => 'override(undefined)';
}

class Reset implements fc.Command<Model, Real> {
  check = () => true;
  run(model: Model, real: Real): void {
    if (model.override === undefined) startAfresh(model, real.clock.now);
    real.breaker.reset();
    agree(model, real);
  }
  toString = () => 'reset';
}

function agree(model: Model, { breaker }: Real): void {
  expect(breaker.state.kind).toBe(model.kind);
  expect(breaker.state.since).toBe(model.since);
  expect(breaker.failures).toBe(model.inARow);
  if (breaker.state.kind === 'open') expect(breaker.state.until).toBe(model.until);
}

test('does what the model says, whatever happens in whatever order', () => {
  const acquire = fc.constant(new Acquire());
  const settle = fc
    .tuple(
      fc.nat(20),
      fc.constantFrom<Outcome>('success', 'success', 'failure', 'failure', 'failure', 'ignored'),
      fc.oneof({ weight: 9, arbitrary: fc.constant(undefined) }, fc.constantFrom(0, 1500, 7000, 10 ** 10)),
    )
    .map((given) => new Settle(...given));
  const jumps = [-4_000_000, -1001, -1000, -1, 1, 500, 999, 1000, 1001, 2000, 5000, 3_600_000];
  const wait = fc.constantFrom(...jumps).map((ms) => new Wait(ms));
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
    { numRuns: 500 },
  );
  expect([...kindsSeen].sort()).toEqual(['closed', 'disabled', 'forced-open', 'half-open', 'open']);
});

function setUp(kindsSeen: Set<string>): { model: Model; real: Real } {
  const clock = { now: start };
  const breaker = new Breaker('a->b', {
    rules: [consecutiveFailures(threshold)],
    openMs,
    maxOpenMs,
    halfOpenPermits: permits,
    successesToClose,
    now: () => clock.now,
    random: () => 0,
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
      triedAt: 0,
      until: 0,
      override: undefined,
      openings: 0,
      lastOpenMs: 0,
      notBefore: Number.NEGATIVE_INFINITY,
    },
    real: { breaker, clock, calls: [] },
  };
}
