import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { makeShop, type Shop } from './shop.js';

/** More of them are the full size. */
const RESTARTS = Number(process.env.RESTARTS ?? 1);
const timeout = 120_000 + RESTARTS * 60_000;

test.each([1, 2])(
  'restarts of every service under load lose no request, %i of each',
  { timeout },
  async (instances) => {
    await using shop = await makeShop({ instances });
    await shop.mscli.json('up', '--detach', '--broker', 'embedded');
    const load = keepAsking(shop);
    const services = ['auth-service', 'order-service', 'product-service', 'user-service'];
    for (let n = 0; n < RESTARTS; n += 1) {
      expect(await shop.mscli.run('restart', ...services)).toMatchObject({ exitCode: 0 });
    }
    const { served, failed } = await load.end();
    if (RESTARTS > 1) process.stdout.write(`${JSON.stringify({ instances, restarts: RESTARTS, served, failed })}\n`);
    expect(failed).toEqual([]);
    expect(served).toBeGreaterThan(200);
  },
);

/** Reads, and writes that nobody may repeat, eight at a time. */
function keepAsking({ gateway }: Shop) {
  const failed: string[] = [];
  let served = 0;
  let isOver = false;
  const json = { 'content-type': 'application/json' };
  const body = JSON.stringify({ email: 'nobody@example.com', password: 'wrong horse' });
  const asks = [
    { path: '/products', expected: 200 },
    { path: '/auth/login', method: 'POST', headers: json, body, expected: 401 },
  ];
  const loop = async ({ path, expected, ...init }: (typeof asks)[number]) => {
    while (!isOver) {
      const answer = await fetch(gateway + path, init).catch((error: Error) => error);
      const text = answer instanceof Error ? String(answer.cause) : `${answer.status} ${await answer.text()}`;
      if (text.startsWith(`${expected} `)) served += 1;
      else failed.push(`${path}: ${text}`);
    }
  };
  const loops = Array.from({ length: 8 }, (_, n) => loop(asks[n % 2] as (typeof asks)[number]));
  return {
    /** Not before more than 200 have been answered, however slow the machine is. */
    async end() {
      while (served + failed.length <= 200) await sleep(50);
      isOver = true;
      await Promise.all(loops);
      return { served, failed };
    },
  };
}
