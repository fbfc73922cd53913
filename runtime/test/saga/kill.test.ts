import { fileURLToPath } from 'node:url';
import { expect, it, vi } from 'vitest';
import { listSagas, readSaga } from '../../src/saga/index.js';
import { buildChild, startChild } from '../state/run-child.js';
import { tempDatabase, tempStateUrl } from '../state/temp-state.js';

it('finishes or undoes every saga that a killed process has begun', async () => {
  const stateUrl = await tempStateUrl();
  const script = await buildChild(fileURLToPath(new URL('fixtures/place-order.ts', import.meta.url)));
  const first = startChild(script, [stateUrl, '1000000']);
  await vi.waitFor(() => expect(first.lines.length).toBeGreaterThan(60), { timeout: 12_000, interval: 5 });
  await first.kill();
  const begun = first.lines.filter((line) => line.startsWith('order-'));

  const interrupted = (await listSagas(stateUrl, { limit: 10_000 })).sagas;
  const known = new Set(interrupted.map((one) => one.id));
  expect(begun.filter((id) => !known.has(id))).toEqual([]);
  expect(interrupted.some((one) => one.state === 'running' || one.state === 'compensating')).toBe(true);

  const second = startChild(script, [stateUrl]);
  await vi.waitFor(
    async () => {
      const { sagas } = await listSagas(stateUrl, { limit: 10_000 });
      expect(sagas.filter((one) => one.endedAt === undefined)).toEqual([]);
    },
    { timeout: 12_000, interval: 50 },
  );
  await second.kill();

  const effects = new Set(
    (
      await (
        await tempDatabase({ stateUrl, service: 'product-service' })
      ).all<{ key: string }>('SELECT key FROM effect')
    ).map((row) => row.key),
  );
  for (const { id, state } of (await listSagas(stateUrl, { limit: 10_000 })).sagas) {
    const refused = Number(id.slice('order-'.length)) % 2 === 1;
    expect(`${id} ${state}`).toBe(`${id} ${refused ? 'compensated' : 'completed'}`);
    const expected = refused
      ? ['reserve-stock:do', 'reserve-stock:undo']
      : ['reserve-stock:do', 'debit-wallet:do', 'confirm-order:do'];
    const all = ['reserve-stock:do', 'reserve-stock:undo', 'debit-wallet:do', 'confirm-order:do'];
    expect(all.filter((key) => effects.has(`${id}:${key}`)).sort()).toEqual(expected.sort());
  }
  const takenOver = await Promise.all(
    interrupted.filter((one) => !one.endedAt).map((one) => readSaga(stateUrl, one.id)),
  );
  expect(takenOver.every((trace) => trace?.epoch === 2)).toBe(true);
});
