import { describe, expect, it } from 'vitest';
import { InstanceChooser } from '../../../src/gateway/balancing/instance-chooser.js';
import { endExchange } from '../../../src/gateway/exchange.js';
import { composeRoute } from '../../../src/gateway/policies/compose-route.js';
import { testExchange, testSurroundings } from '../setup/test-exchange.js';
import { instances } from './instances.js';

function chooserFor(policies: unknown, count: number) {
  const clock = { now: 0 };
  let found = instances(count);
  const chooser = new InstanceChooser(
    () => found,
    () => clock.now,
  );
  const { route } = composeRoute(
    { path: '/a', service: 'a-service', stripPrefix: false, policies },
    testSurroundings(),
  );
  const ask = (ending: { status: number; reason?: string }) => {
    const exchange = testExchange({ route });
    const chosen = chooser.choose(exchange);
    endExchange(exchange, ending);
    return chosen?.id;
  };
  const askTimes = (times: number, ending: (id: string | undefined) => number) =>
    Array.from({ length: times }, () => {
      const exchange = testExchange({ route });
      const chosen = chooser.choose(exchange);
      endExchange(exchange, { status: ending(chosen?.id) });
      return chosen?.id;
    });
  const replace = (next: typeof found) => {
    found = next;
  };
  return { chooser, clock, route, ask, askTimes, replace };
}

describe('outliers', () => {
  const policies = { outliers: { failures: 3, for: '10s' } };
  const failing = (bad: string) => (id: string | undefined) => (id === bad ? 502 : 200);

  it('are skipped after so many failures in a row, and come back', () => {
    const { clock, askTimes } = chooserFor(policies, 3);
    const before = askTimes(9, failing('a-service-2'));
    expect(before.filter((id) => id === 'a-service-2')).toHaveLength(3);
    expect(askTimes(20, failing('a-service-2'))).not.toContain('a-service-2');
    clock.now = 10_001;
    expect(askTimes(3, () => 200)).toContain('a-service-2');
  });

  it('are skipped at the first failure when they come back, for twice as long', () => {
    const { clock, askTimes } = chooserFor(policies, 2);
    askTimes(6, failing('a-service-1'));
    clock.now = 10_001;
    expect(askTimes(2, failing('a-service-1'))).toContain('a-service-1');
    clock.now = 10_001 + 19_000;
    expect(askTimes(10, failing('a-service-1'))).not.toContain('a-service-1');
    clock.now = 10_001 + 20_001;
    expect(askTimes(2, () => 200)).toContain('a-service-1');
  });

  it('are never all skipped', () => {
    const { askTimes } = chooserFor(policies, 2);
    expect(new Set(askTimes(30, () => 503))).toEqual(new Set(['a-service-1', 'a-service-2']));
    expect(askTimes(4, () => 503)).not.toContain(undefined);
  });

  it('are not found among those that succeed in between, nor by what is not their fault', () => {
    const { ask } = chooserFor(policies, 1);
    const { chooser, route } = chooserFor(policies, 1);
    for (let n = 0; n < 20; n++) expect(ask({ status: n % 3 === 2 ? 404 : 500 })).toBe('a-service-1');
    for (let n = 0; n < 20; n++) {
      const exchange = testExchange({ route });
      const chosen = chooser.choose(exchange);
      endExchange(exchange, { status: n % 2 === 0 ? 499 : 503, reason: n % 2 === 0 ? 'client-gone' : 'breaker-open' });
      expect(chosen && chooser.loads.of(chosen).isSkipped(0)).toBe(false);
    }
  });

  it('are those that refuse connections, while the request goes to another', () => {
    const { chooser, route } = chooserFor(policies, 2);
    const [dead] = instances(2);
    if (dead === undefined) throw new Error('there are no instances');
    for (let n = 0; n < 6; n++) {
      const exchange = testExchange({ route });
      if (chooser.choose(exchange)?.id === dead.id) expect(chooser.choose(exchange, [dead])?.id).toBe('a-service-2');
      endExchange(exchange, { status: 200 });
    }
    expect(chooser.loads.of(dead).isSkipped(0)).toBe(true);
  });

  it('begin anew when they are started anew', () => {
    const { askTimes, replace } = chooserFor(policies, 2);
    askTimes(8, failing('a-service-1'));
    expect(askTimes(4, () => 200)).not.toContain('a-service-1');
    replace(instances(2).map((instance) => ({ ...instance, startedAt: '2026-01-01T00:01:00.000Z' })));
    expect(askTimes(4, () => 200)).toContain('a-service-1');
  });
});

describe('counting', () => {
  it('follows a request to another instance and ends with it', () => {
    const { chooser, route } = chooserFor({ balance: 'least-outstanding' }, 2);
    const [one, two] = instances(2);
    const exchange = testExchange({ route });
    const first = chooser.choose(exchange);
    const other = chooser.choose(exchange, first === undefined ? [] : [first]);
    expect(new Set([first?.id, other?.id])).toEqual(new Set([one?.id, two?.id]));
    expect(first && chooser.loads.of(first).outstanding).toBe(0);
    expect(other && chooser.loads.of(other).outstanding).toBe(1);
    expect(chooser.choose(exchange, instances(2))).toBeUndefined();
    endExchange(exchange, { status: 502 });
    for (const instance of instances(2)) expect(chooser.loads.of(instance).outstanding).toBe(0);
  });

  it('is not done where no route asks for it', () => {
    const { chooser, route } = chooserFor(undefined, 2);
    const exchange = testExchange({ route });
    expect(chooser.choose(exchange)).toBeDefined();
    expect([exchange.load, exchange.cleanup]).toEqual([undefined, undefined]);
  });
});
