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
    const { breaker, fail, succeed } = aBreaker({ rules: [failureRate({ rate: 0.5, window: 4, minimumCalls: 4 })] });
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
      rules: [failureRate({ rate: 1, window: 2, minimumCalls: 2 })],
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
    expect(breaker.state).toEqual({ kind: 'open', since: clock.now, until: clock.now + 30_000, reason: 'half-open' });
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
