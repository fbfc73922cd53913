import { expect } from 'vitest';
import type { SoakReport } from './soak.js';

/** What the collector and the allocator may keep between one drain and a later one. */
const SLACK_BYTES = 12 * 2 ** 20;

/** The broker is as it was before the load, and each load leaves it as the one before did. */
export function expectNothingLeft({ idle, drained }: SoakReport): void {
  const [first, ...later] = drained;
  if (first === undefined) throw new Error('nothing was drained');
  for (const held of drained) {
    expect(held).toMatchObject({ connections: 0, queues: 0, sockets: idle.sockets });
    expect(held.timers).toBeLessThanOrEqual(idle.timers);
    expect(held.files).toBeLessThanOrEqual(idle.files + 2);
  }
  for (const held of later) expect(held.bytes - first.bytes).toBeLessThan(SLACK_BYTES);
}
