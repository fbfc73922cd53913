import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  type Breaker,
  Breakers,
  type BreakersOptions,
  breakerName,
  historyPath,
  parseBreakerName,
  readHistory,
} from '@mscli/runtime/breaker';
import { DiscoveryFile, disableBreaker, resetBreaker, tripBreaker, updateDiscovery } from '@mscli/runtime/discovery';
import { describe, expect, test, vi } from 'vitest';
import { temporaryFolder } from '../discovery/temporary-folder.js';

const soon = { timeout: 10_000, interval: 5 };

describe('Breakers', () => {
  test('gives the same breaker each time and reports it', async () => {
    await using set = await setUp();
    const { breakers, file } = set;
    expect(breakers.for('b')).toBe(breakers.for('b'));
    expect(breakers.for('b').name).toBe('a->b');
    await vi.waitFor(() => expect(file.snapshot.breakers['a-1']?.['a->b']?.state).toBe('closed'), soon);
  });

  test('reports an opening, and takes its reports away when it is closed', async () => {
    await using set = await setUp();
    const { breakers, file } = set;
    openIt(breakers.for('b'));
    await vi.waitFor(
      () => expect(file.snapshot.breakers['a-1']?.['a->b']).toMatchObject({ state: 'open', failures: 5 }),
      soon,
    );
    await breakers.close();
    expect(file.snapshot.breakers).toEqual({});
  });

  test('obeys a trip from another process and its reset, and says which override it obeys', async () => {
    await using set = await setUp();
    const { breakers, file, path } = set;
    const breaker = breakers.for('b');
    let id = '';
    await updateDiscovery(path, (draft) => {
      id = tripBreaker(draft, 'a->b', { author: 'ann' }).id;
    });
    await vi.waitFor(() => expect(breaker.acquire()).toBeUndefined(), soon);
    const obeyed = { state: 'forced-open', override: id };
    await vi.waitFor(() => expect(file.snapshot.breakers['a-1']?.['a->b']).toMatchObject(obeyed), soon);
    await updateDiscovery(path, (draft) => resetBreaker(draft, 'a->b'));
    await vi.waitFor(() => expect(breaker.acquire()).toBeDefined(), soon);
    await vi.waitFor(() => expect(file.snapshot.breakers['a-1']?.['a->b']?.state).toBe('closed'), soon);
    expect(file.snapshot.breakers['a-1']?.['a->b']).not.toHaveProperty('override');
  });

  test('obeys for a callee that was never called, and from the start', async () => {
    await using set = await setUp();
    const { breakers, file } = set;
    await file.update((draft) => {
      tripBreaker(draft, 'a->b', { author: 'ann' });
      tripBreaker(draft, 'c->b', { author: 'ann' });
      disableBreaker(draft, '*->d', { author: 'ann' });
    });
    expect(breakers.all().map(({ name, state }) => [name, state.kind])).toEqual([['a->b', 'forced-open']]);
    expect(breakers.for('d').state.kind).toBe('disabled');
    await using later = new Breakers({ caller: 'c', instanceId: 'c-1', discovery: file });
    expect(later.for('b').state.kind).toBe('forced-open');
    expect(later.for('e').state.kind).toBe('closed');
  });

  test('an override that expires ends without a call, in the report too', async () => {
    await using set = await setUp();
    const { breakers, file } = set;
    await file.update((draft) => tripBreaker(draft, 'a->b', { author: 'ann', forMs: 1500 }));
    const breaker = breakers.for('b');
    expect(breaker.state.kind).toBe('forced-open');
    await vi.waitFor(() => expect(file.snapshot.breakers['a-1']?.['a->b']?.state).toBe('closed'), soon);
    expect(breaker.state.kind).toBe('closed');
    expect(file.snapshot.overrides).toEqual({});
  });

  test('a reset closes one that opened by itself, but not one that opens after it', async () => {
    await using set = await setUp();
    const { breakers, file } = set;
    const breaker = breakers.for('b');
    openIt(breaker);
    await file.update((draft) => resetBreaker(draft, 'a->b'));
    expect(breaker.state.kind).toBe('closed');
    openIt(breaker);
    await file.update((draft) => draft.routes.push({ path: '/x', service: 'x', stripPrefix: false }));
    expect(breaker.state.kind).toBe('open');
  });

  test('writes many changes as a few reports', async () => {
    await using set = await setUp({ reportIntervalMs: 50 });
    const { breakers, file } = set;
    for (let n = 0; n < 50; n += 1) openIt(breakers.for(`b${n}`));
    await vi.waitFor(() => expect(Object.keys(file.snapshot.breakers['a-1'] ?? {})).toHaveLength(50), soon);
    expect(file.snapshot.revision).toBeLessThanOrEqual(2);
  });

  test('calls go on when reports cannot be written, and the report follows when they can', async () => {
    const errors: unknown[] = [];
    await using set = await setUp({ onError: (error) => errors.push(error) });
    const { breakers, file, path } = set;
    await rm(dirname(path), { recursive: true });
    await writeFile(dirname(path), 'a file where the folder was');
    const breaker = breakers.for('b');
    openIt(breaker);
    await vi.waitFor(() => expect(errors.length).toBeGreaterThan(0), soon);
    expect(breaker.state.kind).toBe('open');
    await rm(dirname(path));
    // The retry of the report may have made it first.
    await mkdir(dirname(path), { recursive: true });
    await vi.waitFor(() => expect(file.snapshot.breakers['a-1']?.['a->b']?.state).toBe('open'), soon);
  });

  test('hands each callee’s options on', async () => {
    const transitions: string[] = [];
    await using set = await setUp({
      optionsFor: (callee) => (callee === 'b' ? { openMs: 7 } : {}),
      onTransition: ({ breaker, to }) => transitions.push(`${breaker} ${to.kind}`),
    });
    openIt(set.breakers.for('b'));
    expect(set.breakers.for('b').retryAfterMs()).toBeLessThan(10);
    openIt(set.breakers.for('c'));
    expect(set.breakers.for('c').retryAfterMs()).toBeGreaterThan(20_000);
    expect(transitions).toEqual(['a->b open', 'a->c open']);
  });

  test('takes settings from the discovery file, before its own and as soon as they change', async () => {
    await using set = await setUp({ optionsFor: () => ({ consecutiveFailures: 3, openMs: 70_000 }) });
    const { breakers, path } = set;
    const breaker = breakers.for('b');
    const configured = vi.spyOn(breaker, 'configure');
    await updateDiscovery(path, (draft) => {
      draft.breakerSettings.b = { consecutiveFailures: 1 };
    });
    await vi.waitFor(() => expect(configured).toHaveBeenCalled(), soon);
    breaker.acquire()?.settle('failure');
    expect(breaker.state.kind).toBe('open');
    expect(breaker.retryAfterMs()).toBeGreaterThan(60_000);
    await updateDiscovery(path, (draft) => tripBreaker(draft, 'c->b', { author: 'ann' }));
    await vi.waitFor(() => expect(set.file.snapshot.overrides['c->b']).toBeDefined(), soon);
    expect(configured).toHaveBeenCalledTimes(1);
  });

  test('leaves settings out that make no sense', async () => {
    await using set = await setUp();
    await writeFile(
      set.path,
      JSON.stringify({
        revision: 99,
        breakerSettings: { a: { windowCalls: 1e12 }, b: { failureRate: 7 }, c: { consecutiveFailures: 1 } },
      }),
    );
    await vi.waitFor(() => expect(set.file.snapshot.breakerSettings).toEqual({ c: { consecutiveFailures: 1 } }), soon);
  });

  test('says why one is open and until when', async () => {
    await using set = await setUp();
    openIt(set.breakers.for('b'));
    await vi.waitFor(() => {
      const report = set.file.snapshot.breakers['a-1']?.['a->b'];
      expect(report).toMatchObject({ state: 'open', reason: 'consecutive-failures' });
      expect(Date.parse(report?.until ?? '')).toBeGreaterThan(Date.parse(report?.since ?? ''));
    }, soon);
  });

  test('keep counts of their own: what one instance sees opens no other’s', async () => {
    await using set = await setUp();
    await using other = new Breakers({ caller: 'a', instanceId: 'a-2', discovery: set.file, reportIntervalMs: 10 });
    openIt(set.breakers.for('b'));
    other.for('b');
    const states = () => ['a-1', 'a-2'].map((id) => set.file.snapshot.breakers[id]?.['a->b']?.state);
    await vi.waitFor(() => expect(states()).toEqual(['open', 'closed']), soon);
  });

  test('write their history beside the discovery file', async () => {
    await using set = await setUp();
    openIt(set.breakers.for('b'));
    await set.file.update((draft) => tripBreaker(draft, 'a->c', { author: 'ann', reason: 'testing' }));
    await vi.waitFor(() => expect(set.breakers.for('c').state.kind).toBe('forced-open'), soon);
    await set.breakers.close();
    const { entries } = await readHistory(historyPath(set.path));
    expect(entries).toMatchObject([
      {
        kind: 'transition',
        breaker: 'a->b',
        instance: 'a-1',
        from: 'closed',
        to: 'open',
        reason: 'consecutive-failures',
      },
      { kind: 'transition', breaker: 'a->c', instance: 'a-1', to: 'forced-open', reason: 'testing' },
    ]);
  });
});

test('breaker names', () => {
  expect(breakerName('gateway', 'order-service')).toBe('gateway->order-service');
  expect(parseBreakerName('gateway->order-service')).toEqual({ caller: 'gateway', callee: 'order-service' });
  for (const name of ['', 'a', 'a->', '->b', 'a->b->c']) expect(parseBreakerName(name)).toBeUndefined();
});

function openIt(breaker: Breaker): void {
  for (let n = 0; n < 5; n += 1) breaker.acquire()?.settle('failure');
  expect(breaker.state.kind).toBe('open');
}

async function setUp(options: Partial<BreakersOptions> = {}) {
  const folder = await temporaryFolder();
  const path = join(folder.path, 'state', 'discovery.json');
  const file = await DiscoveryFile.open(path, { pollMs: 50 });
  const breakers = new Breakers({ caller: 'a', instanceId: 'a-1', discovery: file, reportIntervalMs: 10, ...options });
  return {
    path,
    file,
    breakers,
    async [Symbol.asyncDispose]() {
      await breakers.close();
      await file.close();
      await folder[Symbol.asyncDispose]();
    },
  };
}
