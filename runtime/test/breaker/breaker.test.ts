import {
  Breaker,
  type BreakerOptions,
  consecutiveFailures,
  failureRate,
  type Transition,
} from '@mscli/runtime/breaker';
import type { BreakerOverride } from '@mscli/runtime/discovery';
import { describe, expect, test } from 'vitest';

const start = Date.parse('2026-01-01T00:00:00Z');

describe('closed', () => {
  test('opens after five consecutive failures by default, for 30 seconds', () => {
    const { breaker, fail, succeed } = aBreaker();
    for (let n = 0; n < 4; n += 1) fail();
    succeed();
    for (let n = 0; n < 4; n += 1) fail();
    expect(breaker.state.kind).toBe('closed');
    fail();
    expect(breaker.state).toEqual({
      kind: 'open',
      since: start,
      until: start + 30_000,
      reason: 'consecutive-failures',
    });
    expect(breaker.acquire()).toBeUndefined();
    expect(breaker.retryAfterMs()).toBe(30_000);
    expect(breaker.failures).toBe(5);
  });

  test('ignored calls count neither way', () => {
    const { breaker, fail } = aBreaker({ rules: [consecutiveFailures(2)] });
    fail();
    breaker.acquire()?.settle('ignored');
    expect(breaker.failures).toBe(1);
    fail();
    expect(breaker.state.kind).toBe('open');
  });

  test('a permit settles once', () => {
    const { breaker } = aBreaker({ rules: [consecutiveFailures(2)] });
    const permit = breaker.acquire();
    permit?.settle('failure');
    permit?.settle('failure');
    permit?.settle('failure');
    expect(breaker.state.kind).toBe('closed');
    expect(breaker.failures).toBe(1);
  });

  test('dates its opening by the call’s duration, without reading the clock', () => {
    const { breaker } = aBreaker({ rules: [consecutiveFailures(1)] });
    breaker.acquire(start + 100)?.settle('failure', 50);
    expect(breaker.state.since).toBe(start + 150);
  });

  test('a failure rate opens it only after enough calls, and forgets old ones', () => {
    const { breaker, fail, succeed } = aBreaker({ windowCalls: 4, rules: [failureRate(0.5, 4)] });
    fail();
    fail();
    fail();
    expect(breaker.state.kind).toBe('closed');
    succeed();
    succeed();
    succeed();
    succeed();
    fail();
    expect(breaker.state.kind).toBe('closed');
    fail();
    expect(breaker.state).toMatchObject({ kind: 'open', reason: 'failure-rate' });
  });

  test('counts afresh after it has closed again', () => {
    const { breaker, clock, fail, succeed } = aBreaker({
      windowCalls: 2,
      rules: [failureRate(1, 2)],
    });
    fail();
    fail();
    clock.now += 30_000;
    succeed();
    fail();
    expect(breaker.state.kind).toBe('closed');
    fail();
    expect(breaker.state.kind).toBe('open');
  });
});

describe('half-open', () => {
  test('lets as many calls pass as it has permits, and closes when all have succeeded', () => {
    const { breaker, clock } = opened({ halfOpenPermits: 2 });
    clock.now += 30_000;
    const [first, second, third] = [breaker.acquire(), breaker.acquire(), breaker.acquire()];
    expect(third).toBeUndefined();
    expect(breaker.retryAfterMs()).toBeGreaterThan(0);
    first?.settle('success');
    expect(breaker.state.kind).toBe('half-open');
    second?.settle('success');
    expect(breaker.state.kind).toBe('closed');
    expect(breaker.failures).toBe(0);
  });

  test('opens again at the first failure, for the whole time', () => {
    const { breaker, clock } = opened({ halfOpenPermits: 2 });
    clock.now += 40_000;
    breaker.acquire()?.settle('failure');
    expect(breaker.state).toEqual({ kind: 'open', since: clock.now, until: clock.now + 60_000, reason: 'half-open' });
  });

  test('closes after as many successes as it is told to, whatever the number of permits', () => {
    const { breaker, clock, succeed } = opened({ successesToClose: 3 });
    clock.now += 30_000;
    succeed();
    succeed();
    expect(breaker.state).toMatchObject({ kind: 'half-open', underWay: 0, succeeded: 2 });
    succeed();
    expect(breaker.state.kind).toBe('closed');
    const eager = opened({ halfOpenPermits: 3, successesToClose: 1 });
    eager.clock.now += 30_000;
    const permits = [eager.breaker.acquire(), eager.breaker.acquire(), eager.breaker.acquire()];
    expect(permits.every((permit) => permit !== undefined)).toBe(true);
    permits[1]?.settle('success');
    expect(eager.breaker.state.kind).toBe('closed');
  });

  test('a slow trial is no success where slow calls open it, and one like any other elsewhere', () => {
    const { breaker, clock } = opened({ slowCallRate: 0.5, slowCallMs: 100 });
    clock.now += 30_000;
    breaker.acquire()?.settle('success', 100);
    expect(breaker.state).toMatchObject({ kind: 'open', reason: 'half-open' });
    const other = opened();
    other.clock.now += 30_000;
    other.breaker.acquire()?.settle('success', 100_000);
    expect(other.breaker.state.kind).toBe('closed');
  });

  test('a call that is given up frees its permit', () => {
    const { breaker, clock } = opened();
    clock.now += 30_000;
    breaker.acquire()?.settle('ignored');
    expect(breaker.state.kind).toBe('half-open');
    expect(breaker.acquire()).toBeDefined();
  });

  test('a call that never ends does not block it for ever', () => {
    const { breaker, clock } = opened();
    clock.now += 30_000;
    const lost = breaker.acquire();
    clock.now += 29_999;
    expect(breaker.acquire()).toBeUndefined();
    clock.now += 1;
    const next = breaker.acquire();
    expect(next).toBeDefined();
    lost?.settle('failure');
    expect(breaker.state.kind).toBe('half-open');
    next?.settle('success');
    expect(breaker.state.kind).toBe('closed');
  });

  test('calls from before it opened say nothing about it', () => {
    const { breaker, clock, fail } = aBreaker({ rules: [consecutiveFailures(1)] });
    const [early, alsoEarly] = [breaker.acquire(), breaker.acquire()];
    fail();
    clock.now += 30_000;
    const trial = breaker.acquire();
    early?.settle('failure');
    alsoEarly?.settle('success');
    expect(breaker.state.kind).toBe('half-open');
    trial?.settle('success');
    expect(breaker.state.kind).toBe('closed');
  });

  test('a call’s duration that runs ahead of the clock does not make it half-open at once', () => {
    const { breaker } = aBreaker({ rules: [consecutiveFailures(1)] });
    breaker.acquire()?.settle('failure', 0.4);
    expect(breaker.state.since).toBe(start + 0.4);
    expect(breaker.acquire()).toBeUndefined();
  });

  test('a clock that is set back does not keep it open', () => {
    const { breaker, clock } = opened();
    clock.now -= 3_600_000;
    expect(breaker.acquire()).toBeDefined();
  });
});

describe('rules', () => {
  test('slow calls open it, whether they succeed or not', () => {
    const { breaker } = aBreaker({ slowCallRate: 0.5, slowCallMs: 100, minimumCalls: 4 });
    for (const ms of [99, 100, 99]) breaker.acquire()?.settle('success', ms);
    expect(breaker.state.kind).toBe('closed');
    breaker.acquire()?.settle('success', 5000);
    expect(breaker.state).toMatchObject({ kind: 'open', reason: 'slow-call-rate' });
  });

  test('can be switched off one by one', () => {
    const { breaker, fail } = aBreaker({ consecutiveFailures: false, failureRate: false });
    for (let n = 0; n < 1000; n += 1) fail();
    expect(breaker.state.kind).toBe('closed');
    expect(breaker.failures).toBe(1000);
  });

  test('a rate counts from the minimum of calls on, or from a full window that is smaller', () => {
    const { breaker, fail } = aBreaker({ consecutiveFailures: false, windowCalls: 4 });
    for (let n = 0; n < 3; n += 1) fail();
    expect(breaker.state.kind).toBe('closed');
    fail();
    expect(breaker.state).toMatchObject({ kind: 'open', reason: 'failure-rate' });
  });

  test('a window by time forgets what is older', () => {
    const { breaker, clock, fail } = aBreaker({ consecutiveFailures: false, windowMs: 10_000, minimumCalls: 4 });
    for (let n = 0; n < 3; n += 1) fail();
    clock.now += 11_000;
    for (let n = 0; n < 3; n += 1) fail();
    expect(breaker.state.kind).toBe('closed');
    clock.now += 8000;
    fail();
    expect(breaker.state).toMatchObject({ kind: 'open', reason: 'failure-rate' });
  });

  test('a minimum of calls holds for failures in a row, too', () => {
    const { breaker, fail } = aBreaker({ rules: [consecutiveFailures(2, 4)] });
    for (let n = 0; n < 3; n += 1) fail();
    expect(breaker.state.kind).toBe('closed');
    fail();
    expect(breaker.state.kind).toBe('open');
  });

  test('what counts as a failure is a predicate', () => {
    const { breaker } = aBreaker();
    const answers = [200, 404, 429, 500, 503].map((status) => breaker.outcomeOf({ kind: 'answer', status }));
    expect(answers).toEqual(['success', 'success', 'success', 'failure', 'failure']);
    expect(breaker.outcomeOf({ kind: 'timeout' })).toBe('failure');
    expect(breaker.outcomeOf({ kind: 'connection-error' })).toBe('failure');
    const own = aBreaker({ isFailure: (result) => result.kind === 'answer' && result.status === 418 });
    expect(own.breaker.outcomeOf({ kind: 'answer', status: 418 })).toBe('failure');
    expect(own.breaker.outcomeOf({ kind: 'timeout' })).toBe('success');
  });

  test('new settings hold at once, count afresh and leave the state as it is', () => {
    const { breaker, fail, clock } = aBreaker({ consecutiveFailures: 3 });
    fail();
    fail();
    breaker.configure({ consecutiveFailures: 2, openMs: 1000, now: () => clock.now, random: () => 0 });
    fail();
    expect(breaker.state).toMatchObject({ kind: 'open', until: start + 1000 });
    breaker.configure({ consecutiveFailures: 9 });
    expect(breaker.state.kind).toBe('open');
  });
});

describe('open', () => {
  const failedTrial = ({ breaker, clock }: ReturnType<typeof aBreaker>) => {
    if (breaker.state.kind === 'open') clock.now = breaker.state.until;
    breaker.acquire()?.settle('failure');
    return breaker.state.kind === 'open' ? breaker.state.until - clock.now : 0;
  };

  test('stays open twice as long each time, up to a limit, and longer by chance', () => {
    const made = opened({ openMs: 1000, maxOpenMs: 5000 });
    expect([1, 2, 3, 4].map(() => failedTrial(made))).toEqual([2000, 4000, 5000, 5000]);
    const late = opened({ openMs: 1000, random: () => 0.5 });
    expect(late.breaker.retryAfterMs()).toBe(1100);
  });

  test('begins anew when it has been well for as long as it was open', () => {
    const made = opened({ openMs: 1000 });
    const { breaker, clock, succeed, fail } = made;
    failedTrial(made);
    clock.now += 2000;
    succeed();
    clock.now += 1999;
    fail();
    expect(breaker.retryAfterMs()).toBe(4000);
    clock.now += 4000;
    succeed();
    clock.now += 4000;
    fail();
    expect(breaker.retryAfterMs()).toBe(1000);
  });

  test('begins anew after an operator’s word', () => {
    const made = opened({ openMs: 1000 });
    failedTrial(made);
    made.breaker.reset();
    made.fail();
    expect(made.breaker.retryAfterMs()).toBe(1000);
  });

  test('stays open for as long as the callee asks, also when that is heard later, but never much longer', () => {
    const { breaker, fail, clock } = aBreaker({ rules: [consecutiveFailures(1)], openMs: 1000 });
    const [early, another] = [breaker.acquire(), breaker.acquire()];
    breaker.acquire()?.settle('success', 0, 7000);
    expect(breaker.state.kind).toBe('closed');
    fail();
    expect(breaker.retryAfterMs()).toBe(7000);
    early?.settle('failure', 0, 9000);
    expect(breaker.retryAfterMs()).toBe(9000);
    another?.settle('failure', 0, 10 ** 12);
    expect(breaker.retryAfterMs()).toBe(3_600_000);
    clock.now += 3_600_000;
    expect(breaker.acquire()).toBeDefined();
  });

  test('a trial that is asked to come back later is no success', () => {
    const { breaker, clock } = opened({ openMs: 1000 });
    clock.now += 1000;
    breaker.acquire()?.settle('success', 0, 60_000);
    expect(breaker.state).toMatchObject({ kind: 'open' });
    expect(breaker.retryAfterMs()).toBe(60_000);
  });
});

test('counts calls by outcome and changes of state', () => {
  const { breaker, clock, succeed } = opened();
  breaker.acquire();
  clock.now += 30_000;
  breaker.acquire()?.settle('ignored');
  succeed();
  expect(breaker.calls).toEqual({ success: 1, failure: 1, ignored: 1, refused: 1 });
  expect(breaker.transitions).toEqual({ closed: 1, open: 1, 'half-open': 1, 'forced-open': 0, disabled: 0 });
});

describe('override', () => {
  test('forces it open until it is taken back', () => {
    const { breaker } = aBreaker();
    breaker.override(anOverride('open'));
    expect(breaker.acquire()).toBeUndefined();
    expect(breaker.state).toMatchObject({ kind: 'forced-open', override: { id: 'o-1' } });
    expect(breaker.retryAfterMs()).toBe(30_000);
    breaker.override(undefined);
    expect(breaker.state.kind).toBe('closed');
    expect(breaker.acquire()).toBeDefined();
  });

  test('switches it off: every call passes, none counts', () => {
    const { breaker, fail } = opened();
    breaker.override(anOverride('disabled'));
    for (let n = 0; n < 20; n += 1) fail();
    expect(breaker.state.kind).toBe('disabled');
    breaker.override(undefined);
    expect(breaker.state.kind).toBe('closed');
  });

  test.each(['open', 'disabled'] as const)('%s ends at its time and leaves it closed', (mode) => {
    const { breaker, clock } = aBreaker();
    breaker.override(anOverride(mode, new Date(start + 5000).toISOString()));
    clock.now += 4999;
    expect(breaker.acquire() === undefined).toBe(mode === 'open');
    expect(breaker.retryAfterMs()).toBe(mode === 'open' ? 1 : 0);
    clock.now += 1;
    expect(breaker.acquire()).toBeDefined();
    expect(breaker.state.kind).toBe('closed');
  });

  test('one that has expired is none', () => {
    const { breaker, transitions } = aBreaker();
    breaker.override(anOverride('open', new Date(start).toISOString()));
    expect(transitions).toEqual([]);
  });

  test('given twice it changes nothing the second time; another one takes its place', () => {
    const { breaker, transitions } = aBreaker();
    breaker.override(anOverride('open'));
    breaker.override(anOverride('open'));
    breaker.override({ ...anOverride('disabled'), id: 'o-2' });
    expect(transitions.map(({ to }) => to.kind)).toEqual(['forced-open', 'disabled']);
  });

  test('calls begun under it do not count after it', () => {
    const { breaker } = aBreaker({ rules: [consecutiveFailures(1)] });
    breaker.override(anOverride('disabled'));
    const permit = breaker.acquire();
    breaker.override(undefined);
    permit?.settle('failure');
    expect(breaker.state.kind).toBe('closed');
  });

  test('taking back none leaves a breaker open that opened by itself; a reset closes it', () => {
    const { breaker } = opened();
    breaker.override(undefined);
    expect(breaker.state.kind).toBe('open');
    breaker.reset();
    expect(breaker.state.kind).toBe('closed');
  });

  test('a reset does not end an override', () => {
    const { breaker } = aBreaker();
    breaker.override(anOverride('open'));
    breaker.reset();
    expect(breaker.state.kind).toBe('forced-open');
  });
});

function aBreaker(options: BreakerOptions = {}) {
  const clock = { now: start };
  const transitions: Transition[] = [];
  const breaker = new Breaker('a->b', {
    now: () => clock.now,
    random: () => 0,
    onTransition: (transition) => transitions.push(transition),
    ...options,
  });
  return {
    breaker,
    clock,
    transitions,
    fail: () => breaker.acquire()?.settle('failure'),
    succeed: () => breaker.acquire()?.settle('success'),
  };
}

function opened(options: BreakerOptions = {}) {
  const made = aBreaker({ rules: [consecutiveFailures(1)], ...options });
  made.fail();
  expect(made.breaker.state.kind).toBe('open');
  return made;
}

function anOverride(mode: BreakerOverride['mode'], until?: string): BreakerOverride {
  const at = new Date(start).toISOString();
  return { id: 'o-1', mode, author: 'ann', at, ...(until === undefined ? {} : { until }) };
}
