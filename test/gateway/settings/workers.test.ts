import { describe, expect, it } from 'vitest';
import { workerCount } from '../../../src/gateway/settings/worker-count.js';
import { parseConfig } from '../../../src/workspace/index.js';

const parse = (workers: string) =>
  parseConfig(`name: shop\ngateway:\n  workers: ${workers}\n`, {
    file: 'mscli.yaml',
    env: {},
    folderExists: () => true,
  });

describe('gateway.workers', () => {
  it.each([
    [undefined, 1],
    [1, 1],
    [3, 3],
    ['auto', 6],
  ] as const)('%s makes %i', (setting, count) => {
    expect(workerCount(setting, () => 6)).toBe(count);
  });

  it('is one for each core that this process may use', () => {
    expect(workerCount('auto')).toBeGreaterThanOrEqual(1);
    expect(workerCount('auto', () => 1000)).toBe(64);
  });

  it('is read from mscli.yaml', () => {
    expect([parse('auto'), parse('2')].map(({ gateway }) => gateway.settings.workers)).toEqual(['auto', 2]);
  });

  it.each(['0', '65', '1.5', 'all', '[2]'])('is refused as %s, with the way out', (text) => {
    expect(() => parse(text)).toThrow(/gateway\.workers.*must be auto or a whole number from 1 to 64/s);
  });
});
