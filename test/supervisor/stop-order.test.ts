import { describe, expect, it } from 'vitest';
import { stopOrder } from '../../src/supervisor/stop-order.js';

const service = (name: string, ...dependsOn: string[]) => ({ name, kind: 'service' as const, dependsOn });
const broker = { name: 'broker', kind: 'broker' as const, dependsOn: [] };

describe('stopOrder', () => {
  it('puts dependants before what they need, and the broker last', () => {
    const records = [broker, service('a', 'b', 'broker'), service('b', 'c'), service('c'), service('d')];
    expect(stopOrder(records)).toEqual([['a', 'd'], ['b'], ['c'], ['broker']]);
  });

  it('refuses a cycle and names who is in it', () => {
    expect(() => stopOrder([broker, service('a', 'b'), service('b', 'a')])).toThrow(
      expect.objectContaining({ code: 'INVALID_CONFIG', message: 'a, b depend on each other.' }),
    );
  });
});
