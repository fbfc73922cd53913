import { channel } from 'node:diagnostics_channel';
import type { Worker } from 'node:worker_threads';
import { expect, it, onTestFinished, vi } from 'vitest';
import { tempDatabase } from './temp-state.js';

it('rejects what is pending and what comes later when its thread dies, and says so once', async () => {
  const workers: Worker[] = [];
  const started = (message: unknown) => void workers.push((message as { worker: Worker }).worker);
  channel('worker_threads').subscribe(started);
  onTestFinished(() => void channel('worker_threads').unsubscribe(started));
  const onFailure = vi.fn();
  const db = await tempDatabase({ onFailure });
  expect(workers).toHaveLength(1);

  const pending = [
    db.transaction(() => new Promise(() => {})),
    db.run('CREATE TABLE a (x)'),
    db.transaction((tx) => tx.run('CREATE TABLE b (x)')),
  ];
  await workers[0]?.terminate();
  for (const outcome of await Promise.allSettled(pending)) {
    expect(outcome).toMatchObject({ status: 'rejected', reason: { name: 'MscliError', code: 'STATE_WORKER' } });
  }
  await expect(db.get('SELECT 1')).rejects.toMatchObject({ code: 'STATE_WORKER' });
  await expect(db.transaction(async () => 1)).rejects.toMatchObject({ code: 'STATE_WORKER' });
  expect(onFailure).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ code: 'STATE_WORKER' }));
});
