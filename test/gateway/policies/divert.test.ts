import { expect, it } from 'vitest';
import { passThrough, testExchange, testSurroundings } from '../setup/test-exchange.js';

const canaryShare = async (percent: number, by: string | undefined, users: readonly string[]) => {
  const chosen = new Set<string>();
  for (const user of users) {
    const exchange = testExchange({ headers: ['X-User', user] });
    const surroundings = testSurroundings({ random: Math.random });
    await passThrough(
      { canary: { service: 'next', percent, ...(by === undefined ? {} : { by }) } },
      exchange,
      surroundings,
    );
    if (exchange.service === 'next') chosen.add(user);
  }
  return chosen;
};

it('keeps everyone in a share that grows', async () => {
  const users = Array.from({ length: 1000 }, (_, n) => `user-${n}`);
  let before = new Set<string>();
  for (const percent of [1, 5, 20, 50, 100]) {
    const now = await canaryShare(percent, 'header:x-user', users);
    expect([...before].filter((user) => !now.has(user))).toEqual([]);
    expect(Math.abs(now.size - percent * 10)).toBeLessThan(50);
    before = now;
  }
});

it('draws for each request where nothing keeps them together', async () => {
  const share = (
    await canaryShare(
      50,
      undefined,
      Array.from({ length: 1000 }, (_, n) => `${n}`),
    )
  ).size;
  expect(Math.abs(share - 500)).toBeLessThan(100);
});
