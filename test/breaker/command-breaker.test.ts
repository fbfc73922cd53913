import { DiscoveryFile, discoveryPath, type Instance, overrideFor, readDiscovery } from '@mscli/runtime/discovery';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { commandBreaker } from '../../src/breaker/command-breaker.js';
import { describeCommand } from '../../src/breaker/describe-command.js';
import { recentHistory } from '../../src/breaker/read-history.js';
import { eventually } from '../support/eventually.js';
import { makeWorkspace } from '../support/make-workspace.js';

const name = 'gateway->order-service';
let workspace: Awaited<ReturnType<typeof makeWorkspace>>;
let gateway: DiscoveryFile;

beforeEach(async () => {
  workspace = await makeWorkspace();
  gateway = await DiscoveryFile.open(discoveryPath(workspace.stateUrl));
});

afterEach(async () => {
  await gateway.close();
  await workspace[Symbol.asyncDispose]();
});

const surroundings = (waitMs: number) => ({
  stateUrl: workspace.stateUrl,
  services: ['order-service'],
  signal: new AbortController().signal,
  waitMs,
});
const trip = { kind: 'trip', author: 'ada', forMs: 30_000, reason: 'testing' } as const;

it('writes the override, and knows that nothing runs', async () => {
  const commanded = await commandBreaker(name, trip, surroundings(10_000));
  const snapshot = await readDiscovery(discoveryPath(workspace.stateUrl));
  expect(overrideFor(snapshot, name, Date.now())).toMatchObject({ mode: 'open', author: 'ada', reason: 'testing' });
  expect(commanded.instances).toEqual([]);
  expect(describeCommand('trip', commanded, Date.now())).toContain('No instance of gateway runs');
});

it('waits until every instance of the caller has obeyed', async () => {
  await addInstance('gateway-1');
  using _ = obey('gateway-1');
  const commanded = await commandBreaker(name, trip, surroundings(20_000));
  expect(commanded.instances).toEqual([{ id: 'gateway-1', obeyed: true, state: 'forced-open' }]);
  expect(describeCommand('trip', commanded, Date.now())).toContain('obeyed by gateway-1');
});

it('names those that have not reported in time', async () => {
  await addInstance('gateway-1');
  await addInstance('gateway-2');
  using _ = obey('gateway-1');
  const commanded = await commandBreaker(name, trip, surroundings(500));
  expect(commanded.instances.map(({ id, obeyed }) => ({ id, obeyed }))).toEqual([
    { id: 'gateway-1', obeyed: true },
    { id: 'gateway-2', obeyed: false },
  ]);
  expect(describeCommand('trip', commanded, Date.now())).toContain('no report yet from gateway-2');
});

it('asks the workers of a gateway, not the one that only leads them', async () => {
  await addInstance('gateway-1');
  await addInstance('gateway-1.1', { workerOf: 'gateway-1' });
  using _ = obey('gateway-1.1');
  const commanded = await commandBreaker(name, trip, surroundings(20_000));
  expect(commanded.instances).toEqual([{ id: 'gateway-1.1', obeyed: true, state: 'forced-open' }]);
});

it('does not count an instance whose process is gone', async () => {
  await addInstance('gateway-1', { pid: 2 ** 22 + 1 });
  expect((await commandBreaker(name, trip, surroundings(10_000))).instances).toEqual([]);
});

it('resets: ends the override and waits until the breakers are closed', async () => {
  await addInstance('gateway-1');
  using _ = obey('gateway-1');
  await commandBreaker(name, trip, surroundings(20_000));
  const commanded = await commandBreaker(name, { kind: 'reset', author: 'ada' }, surroundings(20_000));
  expect(commanded).toMatchObject({ override: { author: 'ada' }, instances: [{ id: 'gateway-1', obeyed: true }] });
  expect(commanded.inForce).toBeUndefined();
});

it('says after a reset that an override for all still holds', async () => {
  await commandBreaker('gateway->*', { kind: 'disable', author: 'ada' }, surroundings(1));
  const commanded = await commandBreaker(name, { kind: 'reset', author: 'ada' }, surroundings(1));
  expect(describeCommand('reset', commanded, Date.now())).toContain('is disabled by ada until it is reset');
});

it('stops waiting when another order takes the place of its own, and says which holds', async () => {
  await addInstance('gateway-1');
  const first = commandBreaker(name, trip, surroundings(600_000));
  await eventually(async () => name in (await readDiscovery(discoveryPath(workspace.stateUrl))).overrides);
  await commandBreaker(name, { kind: 'disable', author: 'bob' }, surroundings(1));
  const commanded = await first;
  expect(commanded).toMatchObject({ override: { author: 'ada' }, inForce: { author: 'bob', mode: 'disabled' } });
  expect(describeCommand('trip', commanded, Date.now())).toContain(
    'was disabled by bob until it is reset at the same time',
  );
});

it('under a * waits only for those that have used such a breaker', async () => {
  await addInstance('gateway-1');
  await addInstance('order-service-1', { service: 'order-service' });
  const commanded = await commandBreaker('*->order-service', trip, surroundings(600_000));
  expect(commanded.instances).toEqual([]);
  expect(describeCommand('trip', commanded, Date.now())).toContain('No instance that runs has used such a breaker');
});

it('keeps who ordered what', async () => {
  await commandBreaker(name, trip, surroundings(1));
  await commandBreaker(name, { kind: 'reset', author: 'bob' }, surroundings(1));
  const { entries } = await recentHistory(workspace.stateUrl, name, 10);
  expect(entries).toMatchObject([
    { kind: 'command', command: 'trip', author: 'ada', reason: 'testing', until: expect.any(String) },
    { kind: 'command', command: 'reset', author: 'bob' },
  ]);
});

it('stops waiting when it is aborted, and leaves no listener', async () => {
  await addInstance('gateway-1');
  const abort = new AbortController();
  const waiting = commandBreaker(name, trip, { ...surroundings(60_000), signal: abort.signal });
  abort.abort(new Error('enough'));
  await expect(waiting).rejects.toThrow('enough');
});

async function addInstance(id: string, part: Partial<Instance> = {}): Promise<void> {
  await gateway.update((draft) => {
    draft.instances[id] = {
      id,
      service: 'gateway',
      url: 'http://127.0.0.1:8080',
      pid: process.pid,
      status: 'ready',
      startedAt: new Date().toISOString(),
      registeredBy: 'supervisor',
      ...part,
    };
  });
}

/** Does what an instance's breakers do: reports the state that the overrides ask for. */
function obey(id: string): Disposable {
  return gateway.subscribe((snapshot) => {
    const override = overrideFor(snapshot, name, Date.now());
    if (snapshot.breakers[id]?.[name]?.override === override?.id && snapshot.breakers[id] !== undefined) return;
    void gateway.update((draft) => {
      draft.breakers[id] = {
        [name]: {
          state: override === undefined ? 'closed' : 'forced-open',
          since: new Date().toISOString(),
          failures: 0,
          ...(override === undefined ? {} : { override: override.id }),
        },
      };
    });
  });
}
